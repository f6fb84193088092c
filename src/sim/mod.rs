//! The contract between a system and everything else, and a folder per system.

pub mod field;
pub mod random;
