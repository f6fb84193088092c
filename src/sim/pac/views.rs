//! What there is to look at: the comodulogram and what it is made from. Pointing at it chooses a pair of bands, and
//! pointing at the signals a channel.

use super::Pac;
use super::design::Design;
use crate::sim::{Axis, Content, Part, Picture, Table, Values};

/// Phase bins over a full turn.
const BINS: u32 = 18;
/// Signals that are shown at once.
const LANES: u32 = 8;

/// The channel, and the bands as parts of the axes, that are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pointed {
    channel: u32,
    /// Across and upwards, both in [0, 1].
    pair: [f32; 2],
}

impl Pointed {
    /// After the pointer was at this place of a picture, from its left and from its top.
    pub fn moved(self, design: &Design, picture: &str, [across, down]: [f32; 2]) -> Self {
        match picture {
            "signals" => {
                let lanes = lanes(design);
                let lane = ((down * lanes as f32) as u32).min(lanes - 1);
                Self { channel: self.first_lane(design) + lane, ..self }
            }
            "comodulogram" | "z" | "p" => Self { pair: [across, 1.0 - down], ..self },
            _ => self,
        }
    }

    /// The channels that are shown are eight neighbours.
    fn first_lane(self, design: &Design) -> u32 {
        let last = channels(design).saturating_sub(LANES);
        (self.channel / LANES * LANES).min(last)
    }

    /// Which phase band and which amplitude band.
    fn bands(self, design: &Design) -> [u32; 2] {
        let counts = [design.phase.bands.len(), design.amplitude.bands.len()];
        [0, 1].map(|side| ((self.pair[side] * counts[side] as f32) as u32).min(counts[side].saturating_sub(1) as u32))
    }
}

fn channels(design: &Design) -> u32 {
    design.input.names.len() as u32
}

fn lanes(design: &Design) -> u32 {
    channels(design).clamp(1, LANES)
}

/// All pictures of an analysis.
pub fn pictures(pac: &Pac) -> Vec<Picture> {
    let about = "coupling of every phase band with every amplitude band";
    let mut all = vec![map(pac, "comodulogram", "map", about, Values::Any)];
    if Design::has_bins(pac.model.method) {
        all.push(distribution(pac));
    }
    all.push(signals(pac));
    if pac.model.surrogates > 0 {
        all.push(map(
            pac,
            "z",
            "z",
            "how far the coupling is from its surrogates, in their standard deviations",
            Values::Signed,
        ));
        all.push(map(
            pac,
            "p",
            "p",
            "part of the surrogates whose largest coupling is at least as large",
            Values::Within(0.0, 1.0),
        ));
    }
    all
}

fn map(pac: &Pac, name: &'static str, array: &'static str, about: &'static str, values: Values) -> Picture {
    let design = &pac.design;
    let [columns, rows] = [design.phase.bands.len(), design.amplitude.bands.len()].map(|count| count as u32);
    let table = Table { first: pac.pointed.channel * columns * rows, ..Table::whole(array, rows, columns) };
    let channel = design.input.names.get(pac.pointed.channel as usize).cloned().unwrap_or_default();
    let centres = |bands: &[super::bands::Band]| bands.iter().map(|band| band.centre()).collect();
    let x = Axis::at(format!("phase frequency, Hz ({channel})"), centres(&design.phase.bands));
    let y = Axis::at("amplitude frequency, Hz", centres(&design.amplitude.bands));
    Picture::new(name, about, values, Content::Map { table, x, y })
}

/// The amplitude of the chosen pair by phase bin.
fn distribution(pac: &Pac) -> Picture {
    let design = &pac.design;
    let [phase, amplitude] = pac.pointed.bands(design);
    let width = 4 * design.amplitude.groups();
    let row = (pac.pointed.channel * design.phase.bands.len() as u32 + phase) * BINS;
    let table = Table {
        array: "sums",
        first: row * width + amplitude,
        columns: BINS,
        rows: 1,
        steps: [width, 1],
        turned: 0,
        part: Part::Value,
    };
    let hertz = |bands: &[super::bands::Band], band: u32| bands.get(band as usize).map_or(f64::NAN, |it| it.centre());
    let (slow, fast) = (hertz(&design.phase.bands, phase), hertz(&design.amplitude.bands, amplitude));
    let content = Content::Traces {
        table,
        names: vec![format!("{slow:.1} Hz and {fast:.1} Hz")],
        x: Axis::even("phase, degrees", -180.0, 180.0),
        y: "summed amplitude".to_owned(),
        lanes: false,
    };
    Picture::new("distribution", "amplitude over the phase bins of the pair that was pointed at", Values::Any, content)
}

/// The window of eight channels as it is.
fn signals(pac: &Pac) -> Picture {
    let design = &pac.design;
    let (window, rate) = (design.window as u32, design.input.rate);
    let is_generator = pac.model.generator().is_some();
    let total = if is_generator { window } else { design.input.total as u32 };
    // Before the first cycle there is nothing but the place where it begins.
    let start = pac.first_sample(pac.next_cycle.saturating_sub(1).max(1));
    let first = if is_generator { 0 } else { start as u32 };
    let lane = pac.pointed.first_lane(design);
    let table = Table {
        array: "samples",
        first: lane * total + first,
        columns: window,
        rows: lanes(design),
        steps: [1, total],
        turned: 0,
        part: Part::Value,
    };
    let names = (lane..lane + lanes(design)).filter_map(|channel| design.input.names.get(channel as usize).cloned());
    let seconds = start as f64 / rate;
    let content = Content::Traces {
        table,
        names: names.collect(),
        x: Axis::even("time, s", seconds, seconds + f64::from(window) / rate),
        y: String::new(),
        lanes: true,
    };
    Picture::new("signals", "the channels in the window; click one to see its comodulogram", Values::Any, content)
}
