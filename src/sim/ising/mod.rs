//! The Ising model: a two-dimensional lattice, which has an exact solution to be held to, and a population
//! of small agents.

pub mod agents;
pub mod lattice;
