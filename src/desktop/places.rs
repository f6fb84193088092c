//! Where every named widget is, written into a file: for a test that drives the window from outside, as a hand would.

use egui::accesskit::{Node, NodeId, Toggled};
use egui::{Context, FullOutput, Plugin};
use std::collections::HashMap;
use std::path::PathBuf;

/// Follows the widgets and writes one line for each that has a name, whenever something changed: role, name, state and
/// corners in pixels, separated by tabs. A reader never sees half a file.
pub struct Places {
    path: PathBuf,
    written: String,
}

impl Places {
    /// Writes into this file.
    pub fn new(path: PathBuf) -> Self {
        Self { path, written: String::new() }
    }

    fn write(&mut self, text: String) {
        let unfinished = self.path.with_extension("unfinished");
        let written = std::fs::write(&unfinished, &text).and_then(|()| std::fs::rename(&unfinished, &self.path));
        match written {
            Ok(()) => self.written = text,
            Err(error) => eprintln!("fieldscope: cannot write {}: {error}", self.path.display()),
        }
    }
}

impl Plugin for Places {
    fn debug_name(&self) -> &'static str {
        "places"
    }

    fn setup(&mut self, context: &Context) {
        // What a screen reader would be told is what is written.
        context.enable_accesskit();
    }

    fn output_hook(&mut self, _context: &Context, output: &mut FullOutput) {
        let Some(update) = &output.platform_output.accesskit_update else { return };
        let nodes: HashMap<NodeId, &Node> = update.nodes.iter().map(|(id, node)| (*id, node)).collect();
        let scale = f64::from(output.pixels_per_point);
        let mut lines: Vec<_> = nodes.values().filter_map(|node| line(node, &nodes, scale)).collect();
        lines.sort();
        let text = lines.concat();
        if text != self.written {
            self.write(text);
        }
    }
}

fn line(node: &Node, nodes: &HashMap<NodeId, &Node>, scale: f64) -> Option<String> {
    let bounds = node.bounds()?;
    let name = name(node, nodes)?.replace(['\t', '\n'], " ");
    let state = match (node.toggled(), node.numeric_value()) {
        (Some(Toggled::True), _) => "on".to_owned(),
        (Some(_), _) => "off".to_owned(),
        (None, Some(value)) => value.to_string(),
        (None, None) => "-".to_owned(),
    };
    let corners = [bounds.x0, bounds.y0, bounds.x1, bounds.y1].map(|at| (at * scale).round().to_string());
    Some(format!("{:?}\t{name}\t{state}\t{}\n", node.role(), corners.join("\t")))
}

/// A widget's own name, what a label says, or the label beside it.
fn name(node: &Node, nodes: &HashMap<NodeId, &Node>) -> Option<String> {
    let beside = || node.labelled_by().iter().find_map(|id| nodes.get(id)?.value());
    node.label().or_else(|| node.value()).or_else(beside).map(str::to_owned)
}
