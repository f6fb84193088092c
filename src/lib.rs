//! fieldscope: watch five GPU simulations live, switch every optimisation while they run, and see how much faster it
//! is, how sure that is, and how far the result moved.
//!
//! The layers, from the ground up; each may use those before it and none of those after it:
//! [`gpu`] (device, kernels, clock, readback, roof), [`sim`] (the contract and the systems), [`driver`] (runs a system
//! cycle by cycle), [`view`] (painters), [`session`] (recorded runs; knows nothing of the GPU), [`cli`] and, with the
//! feature of that name, `desktop` (the only layer that knows Bevy and egui).

pub mod cli;
#[cfg(feature = "desktop")]
pub mod desktop;
pub mod driver;
pub mod gpu;
pub mod recording;
pub mod ron_file;
pub mod scene;
pub mod session;
pub mod shaders;
pub mod sim;
pub mod view;
