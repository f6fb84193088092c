//! What only a measurement decides: which of several kernels that compute the same is fastest on an adapter.

use super::{BufferRequest, Pass};

/// Candidates that do the same work with the same result.
///
/// A plan must not depend on how busy a machine was, so which one runs is measured once for each adapter, kept in a file,
/// shown, and may be said by the user instead.
#[derive(Clone, Debug)]
pub struct Tunable {
    /// Name as files, sessions and the command line write it.
    pub name: &'static str,
    /// What is chosen, in a few words.
    pub about: &'static str,
    /// Buffers that the candidates' passes bind.
    pub buffers: Vec<BufferRequest>,
    /// Those that the adapter can run, the usual one first.
    pub candidates: Vec<Candidate>,
}

/// One of several that do the same work.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Name as files, sessions and the command line write it.
    pub name: &'static str,
    /// A pass that takes as long as the work does: large enough to be timed.
    pub pass: Pass,
}
