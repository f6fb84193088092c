//! What a click or a key asks for. Panels only return these; one function applies them, once a frame.

use super::launch::{Presenting, SceneRequest};
use super::model::SweepAction;
use super::model::lab::LabAction;
use crate::driver::Command;
use crate::view::{Look, Pointed};

/// A wish of the user.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// For the driver; recorded and replayable.
    Driver(Command),
    /// Another way to look at the selected picture.
    Look(Look),
    /// Gives a picture the canvas for itself, or shows all of them.
    Focus(Option<usize>),
    /// Lets controls and keys act on this picture.
    Select(usize),
    /// Starts a recording.
    StartRecording,
    /// Closes the recording.
    StopRecording,
    /// Opens another scene, or the same one in another size.
    OpenScene(SceneRequest),
    /// Waits for the screen's refresh, or does not.
    Present(Presenting),
    /// Shows or hides the list of shortcuts.
    ShowHelp(bool),
    /// Keeps the present medians, to show later ones against them.
    PinBaseline,
    /// Forgets the kept medians.
    UnpinBaseline,
    /// Measures the machine's limits again; everything waits meanwhile.
    MeasureRoof,
    /// Narrows the timing table to these cycles, first and last; `None` widens it to all.
    SelectCycles(Option<(u64, u64)>),
    /// Shows the timings of this arm.
    ShowArm(u8),
    /// Takes a notice off the screen.
    DismissNotice(usize),
    /// Writes what the pictures show as files.
    Export,
    /// Reads the channels of this site.
    PickVoxel([u32; 3]),
    /// Reads what lies under the pointer, or nothing any more.
    Point(Option<Pointed>),
    /// Closes the plot of a voxel's channels.
    CloseVoxel,
    /// Closes the window.
    Leave,
    /// Whether the pointer over the picture is an input of the simulation.
    FollowPointer(bool),
    /// For the lab.
    Lab(LabAction),
    /// For a sweep over a parameter.
    Sweep(SweepAction),
}
