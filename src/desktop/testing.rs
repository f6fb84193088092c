//! A system of two toggles and a model that has seen it run: for the tests of panels and model.

use super::launch::{Presenting, SceneRequest};
use super::model::{Machine, Model, SceneFacts, Timing};
use crate::driver::{Event, PassKind, Sample, Status};
use crate::gpu::Variant;
use crate::gpu::roof::Roof;
use crate::sim::{
    Claim, Content, Cost, Course, Description, Kind, Landmark, Leg, Parameter, Picture, Plan, Preset, Probe, Refusal,
    Simulation, State, Toggle, ToggleSet, Values,
};
use std::path::PathBuf;
use std::time::Duration;

/// Nanoseconds per tick of the pretended device, as milliseconds.
pub const TICK: f64 = 1e-6;

/// Two stages, two toggles, one parameter, three probes.
pub struct Tiny {
    description: Description,
    gain: f64,
}

impl Tiny {
    /// The system.
    pub fn new() -> Self {
        let description = Description {
            name: "tiny",
            title: "A tiny system",
            stages: &["stir", "settle", "measure"],
            toggles: vec![
                Toggle {
                    name: "fused",
                    group: "passes",
                    off: "one pass per stage",
                    on: "one pass for both",
                    kind: Kind::Exact { relative_bound: 1e-6 },
                    claim: Some(Claim { factor: 2.0..=10.0, source: "section 3" }),
                },
                Toggle {
                    name: "sparse",
                    group: "work left out",
                    off: "every site",
                    on: "one site of a hundred",
                    kind: Kind::Approximate,
                    claim: None,
                },
            ],
            presets: &[
                Preset { name: "plain", about: "nothing left out", on: &[] },
                Preset { name: "quick", about: "everything on", on: &["fused", "sparse"] },
            ],
            parameters: vec![Parameter {
                name: "gain",
                about: "how strongly it is stirred",
                range: 0.0..=1.0,
                logarithmic: false,
            }],
        };
        Self { description, gain: 0.5 }
    }
}

impl Simulation for Tiny {
    fn duplicate(&self) -> Box<dyn Simulation> {
        Box::new(Self { description: self.description.clone(), gain: self.gain })
    }

    fn description(&self) -> &Description {
        &self.description
    }

    fn state(&self, _toggles: ToggleSet) -> State {
        State::default()
    }

    fn probes(&self) -> Vec<Probe> {
        let probe = |name: &str, plot, offset| Probe { name: name.to_owned(), plot, offset };
        vec![probe("energy", "energy", 0), probe("left", "motors", 4), probe("right", "motors", 8)]
    }

    fn pictures(&self) -> Vec<Picture> {
        let content =
            Content::Cube { array: "field", sites: 16, channels: 8, spots: vec![("sensors", vec![[1, 2, 3]])] };
        vec![Picture::new("field", "the field", Values::Any, content)]
    }

    fn validate(&self, _toggles: ToggleSet) -> Result<(), Refusal> {
        Ok(())
    }

    fn initialise(&self, _toggles: ToggleSet, _plan: &mut Plan) {}

    fn switch(&self, _from: ToggleSet, _to: ToggleSet, _plan: &mut Plan) {}

    fn plan(&self, _cycle: u64, _toggles: ToggleSet, _plan: &mut Plan) {}

    fn advance(&mut self, _toggles: ToggleSet, _plan: &Plan) {}

    fn take_preset(&mut self, name: &str) -> Result<ToggleSet, Refusal> {
        self.description.preset(name)
    }

    fn parameter(&self, name: &str) -> Option<f64> {
        (name == "gain").then_some(self.gain)
    }

    fn set_parameter(&mut self, _name: &str, value: f64) -> Result<(), Refusal> {
        self.gain = value;
        Ok(())
    }

    fn landmarks(&self) -> Vec<Landmark> {
        vec![Landmark { parameter: "gain", name: "half", about: "half way", value: 0.25 }]
    }

    fn courses(&self) -> Vec<Course> {
        let legs = vec![Leg { to: 0.0, over: 40 }];
        vec![Course { name: "calm down", about: "to 0 in 40 cycles", parameter: "gain", legs }]
    }

    fn reseed(&mut self, _seed: u64) {}

    fn point(&mut self, _picture: &str, _at: [f32; 2]) {}

    fn resume(&mut self, _cycle: u64, _toggles: ToggleSet) {}

    fn rules(&self) -> String {
        format!("gain {}", self.gain)
    }

    fn compared(&self) -> &'static [&'static str] {
        &["field"]
    }

    fn cycles_to_look_at(&self) -> &'static [u64] {
        &[1]
    }
}

/// A model that has just opened the tiny scene.
pub fn opened() -> Model {
    let scenes = vec![PathBuf::from("scenes/tiny.ron"), PathBuf::from("scenes/other.ron")];
    let request = SceneRequest::new(&scenes[0]);
    let mut model = Model::new(scenes, request, Presenting::Vsync);
    let machine = Machine {
        adapter: "Pretended GPU (model 1)".to_owned(),
        driver: "none".to_owned(),
        backend: "vulkan".to_owned(),
        software: true,
        timing: Timing::Device { tick: TICK },
        host_time_because: None,
        roof: Some(Roof { copy_gigabytes_per_second: 10.0, copied_bytes: 1 << 26, gigaflops: 100.0 }),
    };
    model.take_scene(SceneFacts::of("tiny".to_owned(), 7, None, &Tiny::new()), machine);
    model.take_status(Status { bytes: 1_000_000, ..Status::default() }, &[Some(0.5)]);
    model
}

/// Tells the model of the passes: 0 stirs and 1 settles on the device, 2 is a wait of the host.
pub fn announce(model: &mut Model) {
    let kinds = [
        ("stir", Some(Variant::new("tiny/stir", [])), 1_000_000),
        ("settle", Some(Variant::new("tiny/settle", [])), 0),
        ("measure", None, 0),
    ];
    for (id, (stage, variant, bytes)) in kinds.into_iter().enumerate() {
        let cost = Cost { bytes_read: bytes, ..Cost::default() };
        model.observe(&Event::PassKind(PassKind { id: id as u32, stage: stage.to_owned(), variant, cost }));
    }
}

/// Runs a cycle with these passes and their ticks.
pub fn cycle(model: &mut Model, cycle: u64, passes: &[(u32, u64)]) {
    for (pass, ticks) in passes {
        model.observe(&Event::Sample(Sample { arm: 0, cycle, pass: *pass, ticks: *ticks, begin: 0 }));
    }
    model.observe(&Event::Cycle { arm: 0, cycle, host: Duration::from_millis(9) });
}

/// A model that has run for a hundred cycles.
pub fn ran() -> Model {
    let mut model = opened();
    announce(&mut model);
    for count in 1..=100 {
        cycle(&mut model, count, &[(0, 400_000 + count * 1_000), (1, 100_000), (2, 50_000)]);
        let at = count as f32 * 0.1;
        model.observe(&Event::Probes { arm: 0, cycle: count, values: vec![at.sin(), at.cos(), 0.5] });
    }
    let status = Status { cycle: 100, paused: true, ..model.status.clone() };
    model.take_status(status, &[Some(0.5)]);
    model.refresh();
    model
}
