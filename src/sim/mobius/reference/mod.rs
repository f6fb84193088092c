//! The same system in f64, written for reading; tests alone use it.
//!
//! Draws are those of the counter, everything else is computed anew from the specification.

pub mod band;
pub mod controller;
pub mod tracking;
pub mod waves;
