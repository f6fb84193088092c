//! What window and render world tell each other of the lab.

use super::launch::SceneRequest;
use crate::driver::Event;
use crate::lab::ablation::{Position, Row};
use crate::lab::{Block, Ended, Judged, MomentVerdict, Phase, Report};
use crate::recording::Positions;
use crate::session::Deviation;
use crossbeam_channel::Receiver;

/// From the window to the lab.
#[derive(Clone, Debug, PartialEq)]
pub enum LabOrder {
    /// Holds the running scene, A, against B.
    Start(TrialRequest),
    /// Measures A against A again, before the next pair.
    MeasureFloor,
    /// Ends after the running pair.
    Stop,
    /// Puts every toggle to the test, one comparison after another.
    Ablate(AblationRequest),
}

/// What B's toggles and rules are taken from. Its arrays are A's in any case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Base {
    /// A as it is set.
    #[default]
    A,
    /// A preset, with its rules.
    Preset(String),
    /// A scene file of the same system, with its whole model.
    Scene(SceneRequest),
}

impl Base {
    /// In a few words; nothing where it is A itself.
    pub fn told(&self) -> Option<String> {
        match self {
            Self::A => None,
            Self::Preset(name) => Some(format!("preset {name}")),
            Self::Scene(request) => Some(format!("scene {}", request.path.display())),
        }
    }
}

/// What B is, and how the comparison is run.
#[derive(Clone, Debug, PartialEq)]
pub struct TrialRequest {
    /// What B starts from.
    pub base: Base,
    /// Positions of toggles that differ from it.
    pub toggles: Vec<(String, bool)>,
    /// Most pairs of blocks.
    pub pairs: u32,
    /// Pairs of A against A before them.
    pub floor_pairs: u32,
    /// Half the width of an interval that is narrow enough: 0.01 is ±1 %.
    pub narrow: f64,
}

/// How an ablation is run.
#[derive(Clone, Debug, PartialEq)]
pub struct AblationRequest {
    /// How each toggle is put to the test.
    pub positions: Vec<Position>,
    /// Most pairs of blocks in each comparison.
    pub pairs: u32,
    /// Pairs of A against A, once for each A.
    pub floor_pairs: u32,
    /// Half the width of an interval that is narrow enough.
    pub narrow: f64,
}

/// From the lab to the window.
#[derive(Clone, Debug)]
pub enum LabReport {
    /// Both arms run.
    Began(Box<Began>),
    /// What was asked for cannot be: why, and what to do.
    Refused(String),
    /// How far it is.
    Progress(Progress),
    /// A block is over; the number of its pair, if it belongs to one of A against B.
    Block(Box<Block>, Option<u32>),
    /// How far B is from A.
    Deviation(Box<Deviation>),
    /// The system's own figures in both arms.
    Figures {
        /// The cycle that both stood at.
        cycle: u64,
        /// Of A and of B, in the order of the probes.
        values: [Vec<f32>; 2],
    },
    /// A verdict.
    Judged {
        /// Of the whole cycle and every stage.
        judged: Box<Judged>,
        /// Of the moments that a Statistical toggle is judged by.
        moments: Vec<MomentVerdict>,
    },
    /// All that a finished comparison came to.
    Report(Box<Report>),
    /// It is over and B is gone; why, or what went wrong.
    Ended(Result<Ended, String>),
    /// A comparison of an ablation is over.
    AblationRow(Box<Row>),
    /// So many comparisons of the ablation are still to come, the running one included.
    AblationLeft(usize),
}

/// A comparison that has begun.
#[derive(Clone, Debug)]
pub struct Began {
    /// Names of the toggles that are on in A and in B.
    pub on: [Vec<&'static str>; 2],
    /// Whether nothing but toggles differs.
    pub same_rules: bool,
    /// What B started from.
    pub base: Base,
    /// How both arms stand.
    pub positions: [Positions; 2],
    /// What B's result promises.
    pub promise: String,
    /// Pairs of A against A that come first.
    pub floor_pairs: u32,
    /// The cycle that both start from.
    pub start: u64,
    /// Bytes on the device, of A and of B.
    pub bytes: [u64; 2],
    /// What B tells.
    pub events: Receiver<Event>,
}

/// How far a comparison is.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// What it is at.
    pub phase: Phase,
    /// Pairs of A against A so far.
    pub floor: u32,
    /// Pairs of A against B so far.
    pub pairs: u32,
    /// Most pairs of A against B.
    pub most: u32,
    /// Lowest and highest value of the picture of the difference.
    pub difference: Option<[f32; 2]>,
}
