//! What passes between the window's world and the render world, over bounded channels.

use super::lab_link::{LabOrder, LabReport};
use super::launch::SceneRequest;
use super::model::{Machine, SceneFacts, Standing};
use crate::driver::{Command, Event, Status};
use crate::gpu::roof::Roof;
use crate::recording::Facts;
use crate::sim::Cost;
use crate::view::{Listed, Pointed, Reading, Showing, ValueRange, Voxel};
use crossbeam_channel::Receiver;
use std::path::PathBuf;
use std::time::Duration;

/// From the window to the device.
#[derive(Debug)]
pub enum Order {
    /// For the driver.
    Command(Command),
    /// How to paint from now on.
    Show(Showing),
    /// Pixels to a point from now on.
    Scale(f32),
    /// Drops the open scene and opens this one.
    Open(SceneRequest),
    /// Measures the machine's limits again.
    MeasureRoof,
    /// Reads the channels of this site.
    Pick([u32; 3]),
    /// Reads one of the system's lists now and then from now on, or none.
    List(Option<usize>),
    /// Reads what lies under the pointer from now on, or nothing.
    Point(Option<Pointed>),
    /// Writes what the pictures show as files.
    Export,
    /// For the lab.
    Lab(LabOrder),
}

/// From the device to the window.
#[derive(Debug)]
pub enum Report {
    /// A scene runs; its events come through this receiver.
    Opened(Box<Opened>),
    /// A scene could not be opened, or can not go on: why.
    Failed(String),
    /// Something was read again while it ran: what, for the user, and how a recording names it.
    Reread {
        /// A sentence.
        told: String,
        /// What a recording says of it.
        note: String,
    },
    /// Where it stands; one of these is sent per frame, and may be lost when nobody reads.
    Snapshot(Box<Snapshot>),
    /// The machine's limits, measured again.
    Roof(Roof),
    /// What the pictures show lies in this folder.
    Exported(PathBuf),
    /// The channels of the voxel that was asked for.
    Voxel(Voxel),
    /// What lies under the pointer.
    Reading(Reading),
    /// What stands in the list that is looked at.
    Listed(Listed),
    /// What the lab has to tell.
    Lab(LabReport),
}

/// A scene that runs.
#[derive(Debug)]
pub struct Opened {
    /// What was asked for; the one before, where that could not be.
    pub request: SceneRequest,
    /// What it is.
    pub facts: SceneFacts,
    /// What it runs on.
    pub machine: Machine,
    /// How its scene wants it to be looked at.
    pub showing: Showing,
    /// What a recording of it says of it.
    pub recording: Facts,
    /// What its driver tells.
    pub events: Receiver<Event>,
}

/// Where the driver and the painter stand after a frame.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The driver.
    pub status: Status,
    /// Values of the parameters, in the description's order.
    pub parameters: Vec<Option<f64>>,
    /// What a cycle must do at least with each toggle off and on, in the description's order; `None` where that makes no
    /// sense.
    pub costs: Vec<Option<[Cost; 2]>>,
    /// What the system says of itself as it stands.
    pub standing: Standing,
    /// What the colours of each picture stand for.
    pub legends: Vec<Option<ValueRange>>,
    /// Host time that the painter took.
    pub painting: Duration,
    /// Pictures painted so far.
    pub pictures: u64,
}
