//! The two arms of a comparison, from what the command line says of each.

use super::arguments::{ArmArguments, SceneArguments};
use super::error::CliError;
use super::run::{name_the_scene, open, prepare, tell};
use crate::driver::{Driver, Event};
use crate::gpu::Kernels;
use crate::gpu::roof::{SelfCheck, self_check};
use crate::lab::{Promise, fit};
use crate::recording::{Facts, scene_record};
use crate::scene::{Prepared, SceneFile};
use crate::sim::{Simulation, ToggleSet};
use crossbeam_channel::Receiver;
use std::path::Path;
use std::sync::Arc;

/// One side, ready to become a driver.
pub struct Side {
    /// What it is called in reports.
    pub name: String,
    /// The file that it came from.
    file: SceneFile,
    prepared: Prepared,
    seed: u64,
}

/// Both sides on one device.
pub struct Workbench {
    /// The kernels that both share.
    pub kernels: Arc<Kernels>,
    /// Whether timestamps can be believed.
    pub check: SelfCheck,
}

impl Workbench {
    /// Opens the adapter and checks its clock.
    ///
    /// # Errors
    /// No such adapter.
    pub fn open(adapter: Option<&str>) -> Result<Self, CliError> {
        let kernels = open(adapter)?;
        let check = self_check(&kernels)?;
        Ok(Self { kernels, check })
    }

    /// A side from the scene that both share, or from another scene of the same system.
    ///
    /// # Errors
    /// A scene, preset or toggle that cannot be.
    pub fn side(&self, scene: &SceneArguments, arm: &ArmArguments) -> Result<Side, CliError> {
        let common = scene.read()?;
        let mut scene = scene.clone();
        let mut name = common.scene.preset.clone();
        if let Some(preset) = &scene.preset {
            name.clone_from(preset);
        }
        let file = match &arm.setting {
            Some(setting) if common.scene.system.description().preset(setting).is_ok() => {
                scene.preset = Some(setting.clone());
                name.clone_from(setting);
                common
            }
            Some(setting) if Path::new(setting).extension().is_some_and(|ending| ending == "ron") => {
                let other = SceneFile::read(Path::new(setting))?;
                let names = [&common, &other].map(|file| file.scene.system.description().name);
                if names[0] != names[1] {
                    let [a, b] = names;
                    return Err(CliError::Input(format!(
                        "the arms are of different systems: {a} and {b}; compare two settings of one"
                    )));
                }
                name.clone_from(setting);
                other
            }
            Some(setting) => {
                let description = common.scene.system.description();
                let known: Vec<_> = description.presets.iter().map(|preset| preset.name).collect();
                return Err(CliError::Input(format!(
                    "`{setting}` is neither a preset ({}) nor a scene file (*.ron)",
                    known.join(", ")
                )));
            }
            None => common,
        };
        for (toggle, on) in &arm.toggles {
            name.push_str(&format!(", {toggle} {}", if *on { "on" } else { "off" }));
        }
        scene.toggles.extend(arm.toggles.iter().cloned());
        let prepared = self.prepare(&file, &scene)?;
        let seed = scene.seed.unwrap_or(file.scene.seed);
        Ok(Side { name, file, prepared, seed })
    }

    /// A side with exactly these toggles on, whatever the scene says.
    ///
    /// # Errors
    /// A scene that cannot be run.
    pub fn side_with(&self, scene: &SceneArguments, toggles: ToggleSet, name: String) -> Result<Side, CliError> {
        let file = scene.read()?;
        let prepared = Prepared { toggles, ..self.prepare(&file, scene)? };
        prepared.simulation.validate(toggles)?;
        let seed = scene.seed.unwrap_or(file.scene.seed);
        Ok(Side { name, file, prepared, seed })
    }

    fn prepare(&self, file: &SceneFile, scene: &SceneArguments) -> Result<Prepared, CliError> {
        let (prepared, decisions) = prepare(file, scene, &self.kernels)?;
        tell(&decisions);
        Ok(prepared)
    }

    /// Both drivers, once it is known that they fit together and that there is room for both.
    ///
    /// # Errors
    /// Sides of different sizes, or a state that does not fit twice.
    pub fn drivers(&self, a: Side, b: Side) -> Result<Arms, CliError> {
        let sides = [a.side(), b.side()];
        fit::check_shapes(&sides)?;
        fit::check_room(self.kernels.gpu(), fit::bytes_of_both(&sides), &sides[1])?;
        let promise = fit::promise(&sides);
        let names = [a.name.clone(), b.name.clone()];
        let a = self.alone(a)?;
        let mut b = self.alone(b)?;
        b.driver.become_arm(1);
        Ok(Arms { a, b, names, promise })
    }

    /// One side by itself, at its start.
    ///
    /// # Errors
    /// A state that does not fit, or a kernel that does not build.
    pub fn alone(&self, side: Side) -> Result<Arm, CliError> {
        let Side { file, prepared: Prepared { simulation, toggles, note, .. }, seed, .. } = side;
        let (mut driver, events) = Driver::new(self.kernels.clone(), self.check.method(), simulation, toggles)
            .map_err(|error| name_the_scene(&file, error))?;
        driver.run_to(0)?;
        let system = driver.simulation().description().name;
        let facts = Facts::new(&driver, Some(self.check), scene_record(system, &file.path, &file.text, seed));
        Ok(Arm { driver, events, facts, note })
    }
}

impl Side {
    /// Its system.
    pub fn simulation(&self) -> &dyn Simulation {
        &*self.prepared.simulation
    }

    fn side(&self) -> fit::Side<'_> {
        fit::Side { simulation: &*self.prepared.simulation, toggles: self.prepared.toggles }
    }
}

/// A driver, what it tells, and what is known of it.
pub struct Arm {
    /// The driver.
    pub driver: Driver,
    /// What it tells.
    pub events: Receiver<Event>,
    /// The header of a session of it.
    pub facts: Facts,
    /// What of its scene was changed to make it fit, in one sentence.
    pub note: Option<String>,
}

/// Two arms that stand at their start.
pub struct Arms {
    /// The baseline.
    pub a: Arm,
    /// The variant.
    pub b: Arm,
    /// What the arms are called.
    pub names: [String; 2],
    /// How far B's result may be from A's.
    pub promise: Promise,
}
