//! The laboratory: two arms of one system from the same start, and how far the second comes out from the first.
//!
//! It knows drivers, states and arrays by name, and no system.

pub mod carry_over;
pub mod deviation;
