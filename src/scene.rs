//! Scenes: a system with its model, seed, toggles and view, read from a RON file.

mod around;

use crate::gpu::Gpu;
use crate::ron_file::{RonFileError, SCENE_BYTES, parse_ron, read_text};
use crate::signal::{self, SignalError};
use crate::sim::field::Field;
use crate::sim::field::params::FieldModel;
use crate::sim::ising::agents::Agents;
use crate::sim::ising::agents::params::AgentsModel;
use crate::sim::ising::lattice::Lattice;
use crate::sim::ising::lattice::params::LatticeModel;
use crate::sim::mobius::Mobius;
use crate::sim::mobius::params::{MobiusModel, Shape};
use crate::sim::pac::Pac;
use crate::sim::pac::params::{PacModel, Source};
use crate::sim::ten::Ten;
use crate::sim::ten::params::{Rules, TenModel};
use crate::sim::{self, Description, Refusal, Simulation, Streaming, ToggleSet, toggles::index_of};
use crate::view::{Look, Showing};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The scene that opens when none is named.
pub const DEFAULT_SCENE: &str = "scenes/field.ron";

/// The default scene's text, so that a program without its folder still has something to show.
const EMBEDDED_DEFAULT: &str = include_str!("../scenes/field.ron");

/// A scene as its file says it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// What the scene list shows.
    pub title: String,
    /// The system and its model.
    pub system: System,
    /// The preset that toggles and rules start from.
    pub preset: String,
    /// Seed of every random draw.
    #[serde(default)]
    pub seed: u64,
    /// Toggles that differ from the preset.
    #[serde(default)]
    pub toggles: BTreeMap<String, bool>,
    /// The picture that stands alone, by its name; all of them where none is named.
    #[serde(default)]
    pub picture: Option<String>,
    /// How that picture, or the first, is looked at.
    #[serde(default)]
    pub look: Look,
}

/// One of the systems with its model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum System {
    /// The field brain.
    Field(FieldModel),
    /// The Ising model on a two-dimensional lattice.
    IsingLattice(LatticeModel),
    /// The temporal eigenstate network.
    Ten(TenModel),
    /// Waves on a Möbius band.
    Mobius(MobiusModel),
    /// A population of small dense Ising agents.
    IsingAgents(AgentsModel),
    /// Phase–amplitude coupling of a recording or a generated signal.
    Pac(PacModel),
}

impl System {
    /// Its name, toggles, presets and parameters, whatever its model.
    pub fn description(&self) -> Description {
        match self {
            Self::Field(_) => sim::field::description::description(),
            Self::IsingLattice(_) => sim::ising::lattice::description::description(),
            Self::Ten(_) => sim::ten::description::description(Rules::default()),
            Self::Mobius(model) => sim::mobius::description::description(model),
            Self::IsingAgents(_) => sim::ising::agents::description::description(),
            Self::Pac(_) => sim::pac::description::description(),
        }
    }

    /// Whether every number of its model lies in its range.
    fn check(&self) -> Result<(), Refusal> {
        match self {
            Self::Field(model) => model.check(),
            Self::IsingLattice(model) => model.check(),
            Self::Ten(model) => model.check(),
            Self::Mobius(model) => model.check(),
            Self::IsingAgents(model) => model.check(),
            Self::Pac(model) => model.check(),
        }
    }

    /// The system, ready to plan its cycles.
    fn make(self, seed: u64, gpu: &Gpu) -> Result<Box<dyn Simulation>, SceneFault> {
        let streaming = Streaming::on(gpu);
        Ok(match self {
            Self::Field(model) => Box::new(Field::new(model, seed, streaming)?),
            Self::IsingLattice(model) => Box::new(Lattice::new(model, seed)?),
            Self::Ten(model) => Box::new(Ten::new(model, seed, streaming)?),
            Self::Mobius(model) => Box::new(Mobius::new(model, seed, streaming)?),
            Self::IsingAgents(model) => {
                Box::new(Agents::new(model, seed)?.with_doubles(gpu.has_doubles()).on_software(gpu.is_software()))
            }
            Self::Pac(model) => {
                let input = match &model.source {
                    Source::Generator(_) => None,
                    Source::Recording(of) => Some(signal::read(&of.path)?.select(&of.path, &of.channels, of.rate)?),
                };
                Box::new(Pac::new(model, input, seed)?)
            }
        })
    }

    /// Takes over what was chosen of its model, by the name that [`Simulation::choices`] gives it.
    ///
    /// # Errors
    /// There is no such choice, or the text says nothing.
    fn choose(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        match self {
            Self::Pac(model) => model.choose(name, value),
            Self::Field(_) | Self::IsingLattice(_) | Self::Ten(_) | Self::Mobius(_) | Self::IsingAgents(_) => {
                Err(Refusal(format!("nothing of this system can be chosen by `{name}`")))
            }
        }
    }

    /// Channels that a look can choose from.
    fn channels(&self) -> u32 {
        match self {
            Self::Field(model) => model.channels,
            Self::IsingLattice(_) | Self::Mobius(_) | Self::Ten(_) | Self::Pac(_) => 1,
            Self::IsingAgents(_) => 4,
        }
    }

    /// What a user of this model should know, if anything.
    fn remark(&self) -> Option<String> {
        match self {
            Self::Field(_) | Self::IsingLattice(_) | Self::IsingAgents(_) | Self::Ten(_) | Self::Pac(_) => None,
            Self::Mobius(model) => model.remark(),
        }
    }

    /// With the files that it names found from this folder.
    fn found_from(mut self, folder: &Path) -> Self {
        let paths: Vec<&mut Option<PathBuf>> = match &mut self {
            Self::Mobius(model) => model.controller.iter_mut().map(|controller| &mut controller.weights).collect(),
            Self::Ten(model) => vec![&mut model.text, &mut model.weights],
            Self::IsingAgents(model) => vec![&mut model.couplings_from],
            Self::Pac(PacModel { source: Source::Recording(of), .. }) => {
                of.path = folder.join(&of.path);
                Vec::new()
            }
            Self::Field(_) | Self::IsingLattice(_) | Self::Pac(_) => Vec::new(),
        };
        for path in paths.into_iter().flatten() {
            *path = folder.join(&*path);
        }
        self
    }

    /// At its reduced size, with what it was and is now; `None` where it has none that is smaller.
    fn reduced(&self) -> Option<(Self, String)> {
        match *self {
            Self::Field(model) => {
                let channels = model.reduced_channels.filter(|channels| *channels < model.channels)?;
                let sites = model.sites;
                let told = format!("running {sites}³×{channels} instead of the scene's {sites}³×{}", model.channels);
                Some((Self::Field(FieldModel { channels, ..model }), told))
            }
            Self::IsingLattice(model) => {
                let sites = model.reduced_sites.filter(|sites| *sites < model.sites)?;
                let told = format!("running {sites}² instead of the scene's {}²", model.sites);
                Some((Self::IsingLattice(LatticeModel { sites, ..model }), told))
            }
            Self::Ten(ref model) => {
                let size = model.reduced_size.filter(|size| *size != model.size)?;
                let told = format!("running size {size:?} instead of the scene's {:?}", model.size);
                Some((Self::Ten(TenModel { size, ..model.clone() }), told))
            }
            Self::Mobius(ref model) => {
                let Shape::Strip { along: full, across, half_twists, half_width } = model.shape else { return None };
                let along = model.reduced_along.filter(|along| *along < full)?;
                let told = format!("running {along}×{across} nodes instead of the scene's {full}×{across}");
                let shape = Shape::Strip { along, across, half_twists, half_width };
                Some((Self::Mobius(MobiusModel { shape, ..model.clone() }), told))
            }
            Self::IsingAgents(ref model) => {
                let agents = model.reduced_agents.filter(|agents| *agents < model.agents)?;
                let told = format!("running {agents} agents instead of the scene's {}", model.agents);
                Some((Self::IsingAgents(AgentsModel { agents, ..model.clone() }), told))
            }
            Self::Pac(_) => None,
        }
    }
}

/// How large to make a scene.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Size {
    /// The scene's own size; on a software adapter its reduced one, if it names one.
    #[default]
    Auto,
    /// The scene's own size on every adapter.
    Full,
    /// The scene's reduced size on every adapter.
    Reduced,
}

/// Why a scene cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum SceneError {
    /// The file cannot be read or is no scene.
    #[error(transparent)]
    File(#[from] RonFileError),
    /// A recording that it names and that cannot be used.
    #[error(transparent)]
    Signal(#[from] SignalError),
    /// By its ending it is neither a scene nor anything that a system reads.
    #[error(
        "{}: is no scene and no recording by its ending; scenes end in .ron, recordings in .edf, .bdf, .npy or .csv",
        path.display()
    )]
    Unknown {
        /// The file.
        path: PathBuf,
    },
    /// A value that its system does not accept.
    #[error("{}{}: {refusal}", path.display(), line.map(|line| format!(":{line}")).unwrap_or_default())]
    Refused {
        /// The scene file.
        path: PathBuf,
        /// Line of the field that is refused, counted from 1, where the file has it.
        line: Option<usize>,
        /// What is wrong and what would be right.
        refusal: Refusal,
    },
}

/// Why a scene's system cannot be made: a value of the scene, or a file that it names.
enum SceneFault {
    Refused(Refusal),
    Signal(SignalError),
}

impl From<Refusal> for SceneFault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<SignalError> for SceneFault {
    fn from(error: SignalError) -> Self {
        Self::Signal(error)
    }
}

/// A scene from a file, with the text that it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct SceneFile {
    /// The file.
    pub path: PathBuf,
    /// Its text, verbatim.
    pub text: String,
    /// The scene.
    pub scene: Scene,
    /// What was taken for granted where the file did not say it, in one sentence.
    pub note: Option<String>,
}

/// A scene made to fit an adapter: ready to run.
pub struct Prepared {
    /// The system.
    pub simulation: Box<dyn Simulation>,
    /// Its toggles.
    pub toggles: ToggleSet,
    /// What was changed to make it fit, in one sentence for the user.
    pub note: Option<String>,
    /// What the user should know before trusting its results, a sentence each.
    pub remarks: Vec<String>,
    /// How its pictures are looked at.
    pub showing: Showing,
}

impl SceneFile {
    /// Reads a scene file, or makes a scene around a file that a system reads; the default scene is known without its file.
    ///
    /// # Errors
    /// The file is missing, too large, or no scene: with file, line, field and remedy.
    pub fn read(path: &Path) -> Result<Self, SceneError> {
        match path.extension().and_then(|ending| ending.to_str()).map(str::to_lowercase).as_deref() {
            None | Some("ron") => {}
            Some(_) if signal::is_recording(path) => return around::recording(path, None),
            Some(_) => return Err(SceneError::Unknown { path: path.to_owned() }),
        }
        let text = if path == Path::new(DEFAULT_SCENE) && !path.exists() {
            EMBEDDED_DEFAULT.to_owned()
        } else {
            read_text(path, SCENE_BYTES)?
        };
        let scene = parse_ron(path, &text)?;
        Ok(Self { path: path.to_owned(), text, scene, note: None })
    }

    /// Takes over what was chosen of its model; the text becomes that of the scene as it is then.
    ///
    /// # Errors
    /// There is no such choice, or the text says nothing.
    pub fn choose(&mut self, chosen: &[(String, String)]) -> Result<(), SceneError> {
        let rate = chosen.iter().rev().find(|(name, _)| name == "rate").and_then(|(_, rate)| rate.trim().parse().ok());
        if let Some(rate) = rate.filter(|_| signal::is_recording(&self.path)) {
            // What suits a recording follows from its rate.
            *self = around::recording(&self.path, Some(rate))?;
        }
        for (name, value) in chosen {
            self.scene.system.choose(name, value).map_err(|refusal| self.refuse(refusal))?;
        }
        if !chosen.is_empty() {
            self.text = around::text(&self.scene);
        }
        Ok(())
    }

    /// The scene with numbers of its text replaced: each by the name of its field and what is to stand there.
    ///
    /// # Errors
    /// The text has no such field, or is no scene any more.
    pub fn with(&self, settings: &[(String, String)]) -> Result<Self, SceneError> {
        let mut text = self.text.clone();
        for (name, value) in settings {
            text = replaced(&text, name, value).ok_or_else(|| {
                self.refuse(Refusal(format!(
                    "{name}: the scene's text has no such field with a plain value; write it there"
                )))
            })?;
        }
        let scene = parse_ron(&self.path, &text)?;
        Ok(Self { path: self.path.clone(), text, scene, note: self.note.clone() })
    }

    /// Makes the scene's system, its toggles and its size for this adapter.
    ///
    /// # Errors
    /// An unknown preset or toggle, a combination that makes no sense, a size out of range.
    pub fn prepare(&self, gpu: &Gpu, size: Size, seed: Option<u64>) -> Result<Prepared, SceneError> {
        self.make(gpu, size, seed).map_err(|fault| match fault {
            SceneFault::Refused(refusal) => self.refuse(refusal),
            SceneFault::Signal(error) => error.into(),
        })
    }

    /// The scene's system at the size that suits this adapter.
    pub fn fitted(&self, gpu: &Gpu, size: Size) -> System {
        fit(self.scene.system.clone(), gpu, size).0
    }

    /// A refusal with this file's name.
    pub fn refuse(&self, refusal: Refusal) -> SceneError {
        SceneError::Refused { path: self.path.clone(), line: line_of(&self.text, &refusal.0), refusal }
    }

    fn make(&self, gpu: &Gpu, size: Size, seed: Option<u64>) -> Result<Prepared, SceneFault> {
        let scene = &self.scene;
        let seed = seed.unwrap_or(scene.seed);
        // As the scene says it: a number that only another size would show is wrong here, too.
        scene.system.check()?;
        let (system, note) = fit(scene.system.clone(), gpu, size);
        let note = [note, system.remark()].into_iter().flatten().reduce(|a, b| format!("{a}; {b}"));
        let channels = system.channels();
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let mut simulation = system.found_from(folder).make(seed, gpu)?;
        let remarks = self.note.iter().cloned().chain(simulation.remarks()).collect();
        let mut toggles = simulation.take_preset(&scene.preset)?;
        for (name, on) in &scene.toggles {
            toggles = toggles.with(index_of(&simulation.description().toggles, name)?, *on);
        }
        simulation.validate(toggles)?;
        scene.look.check(channels).map_err(|error| Refusal(error.to_string()))?;
        let showing = Showing::new(&simulation.pictures(), &scene.look, scene.picture.as_deref());
        let showing = showing.map_err(|error| Refusal(format!("picture: {error}")))?;
        Ok(Prepared { simulation, toggles, note, remarks, showing })
    }
}

/// The line of the first name in a refusal that the scene's text uses as a field. After the parser only the text knows
/// lines, and every refusal begins with the field that it is about.
fn line_of(text: &str, refusal: &str) -> Option<usize> {
    let not_in_name = |character: char| !(character.is_alphanumeric() || character == '_');
    let is_field = |line: &str, name: &str| {
        let code = line.split("//").next().unwrap_or_default();
        code.match_indices(name).any(|(start, _)| {
            let (before, after) = (&code[..start], code[start + name.len()..].trim_start_matches('"'));
            !before.ends_with(|character| !not_in_name(character)) && after.trim_start().starts_with(':')
        })
    };
    let names = refusal.split(|character| not_in_name(character) && character != '.');
    names
        .map(|path| path.rsplit('.').next().unwrap_or(path))
        .filter(|name| !name.is_empty())
        .find_map(|name| text.lines().position(|line| is_field(line, name)))
        .map(|index| index + 1)
}

/// A scene's text with another plain value in the first field of this name.
fn replaced(text: &str, name: &str, value: &str) -> Option<String> {
    let not_in_name = |character: char| !(character.is_alphanumeric() || character == '_');
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let code = line.split("//").next().unwrap_or_default();
        for (at, _) in code.match_indices(name) {
            let (before, after) = (&code[..at], &code[at + name.len()..]);
            let Some(rest) = after.trim_start().strip_prefix(':') else { continue };
            if !before.ends_with(not_in_name) && !before.is_empty() {
                continue;
            }
            let old = rest.trim_start();
            let long = old.find([',', ')', '\n']).unwrap_or(old.len());
            if old[..long].contains(['(', '[', '{', '"']) {
                continue;
            }
            let from = start + code.len() - old.len();
            return Some(format!("{}{value}{}", &text[..from], &text[from + long..]));
        }
        start += line.len();
    }
    None
}

/// The system at its own or at its reduced size.
fn fit(system: System, gpu: &Gpu, size: Size) -> (System, Option<String>) {
    let why = match size {
        Size::Full => return (system, None),
        Size::Reduced => "as asked for",
        Size::Auto if gpu.is_software() => "on a software adapter",
        Size::Auto => return (system, None),
    };
    match system.clone().reduced() {
        Some((system, told)) => (system, Some(format!("{told} {why}; `--size full` forces the full size"))),
        None => (system, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_a_scene_is_replaced_by_the_name_of_its_field() {
        let text = "Scene(\n // sites: few\n system: Lattice(resites: 3, sites: 64,\n heat: 2.5), seed: 1)";
        let set = |name, value| replaced(text, name, value);
        assert_eq!(set("sites", "128"), Some(text.replace("64", "128")));
        assert_eq!(set("heat", "3.0"), Some(text.replace("2.5", "3.0")));
        assert_eq!(set("seed", "9"), Some(text.replace("seed: 1", "seed: 9")));
        assert_eq!((set("system", "Ten"), set("few", "1")), (None, None));
    }

    #[test]
    fn a_refusal_finds_the_line_of_its_field() {
        let text = "Scene(\n  // sites: few\n  system: Field(FieldModel(sites: 0, reduced_channels: Some(7),\n  \
                    channels: 8,\n  rates: (decay: 2.0))),\n  toggles: {\n  \"lazy_scale\": true, \"nope\" : true},\n)";
        for (refusal, line) in [
            ("sites = 0 is outside 16 to 160", Some(3)),
            ("channels = 8 is not right", Some(4)),
            ("rates.decay = 2 is outside 0.9 to 1", Some(5)),
            ("lazy_scale needs global_momentum on", Some(7)),
            ("no toggle is called `nope`; there are fused_pass", Some(7)),
            ("motors = 0 is outside 1 to 64", None),
        ] {
            assert_eq!(line_of(text, refusal), line, "{refusal}");
        }
    }
}
