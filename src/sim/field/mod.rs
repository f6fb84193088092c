//! The field brain: a tensor field of sites³ × channels under injection, learning, tensions, momentum and diffusion.

pub mod constants;
pub mod params;
pub mod reference;
pub mod sensors;
pub mod spots;
