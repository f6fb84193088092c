//! The Ising model: a two-dimensional lattice, which has an exact solution to be held to.

pub mod lattice;
