//! What the commands accept that work on recorded sessions.

use clap::Args;
use std::path::PathBuf;

/// Arguments of `crossing`.
#[derive(Clone, Debug, Args)]
pub struct CrossingArguments {
    /// Two or more sessions that `sweep` wrote over the same values, each of which is held against the next one.
    #[arg(required = true, num_args = 2..)]
    pub sessions: Vec<PathBuf>,
    /// The parameter that was moved.
    #[arg(long)]
    pub parameter: String,
    /// The figure, such as `Binder cumulant`.
    #[arg(long)]
    pub figure: String,
    /// Print JSON instead of text.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `compare`.
#[derive(Clone, Debug, Args)]
pub struct CompareArguments {
    /// The session to compare with.
    pub old: PathBuf,
    /// The session that is judged.
    pub new: PathBuf,
    /// End with exit code 1 if a stage or the whole surely takes longer by more than this, such as `5%`.
    #[arg(long, value_name = "PERCENTAGE", allow_hyphen_values = true)]
    pub fail_above: Option<String>,
    /// Print JSON instead of a table.
    #[arg(long)]
    pub json: bool,
}

/// What a session is turned into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ExportKind {
    /// A timeline in the trace event format, for Perfetto or `chrome://tracing`.
    Perfetto,
    /// A line per timed pass.
    Csv,
}

/// Arguments of `export`.
#[derive(Clone, Debug, Args)]
pub struct ExportArguments {
    /// The session.
    pub session: PathBuf,
    /// What to turn it into.
    #[arg(long, value_enum)]
    pub to: ExportKind,
    /// The file to write; beside the session, as `.json` or `.csv`, unless given.
    #[arg(long)]
    pub out: Option<PathBuf>,
}

/// Arguments of `recover`.
#[derive(Clone, Debug, Args)]
pub struct RecoverArguments {
    /// The journal: `S.ron.journal`.
    pub journal: PathBuf,
    /// The session file to write; beside the journal unless given.
    #[arg(long)]
    pub out: Option<PathBuf>,
}
