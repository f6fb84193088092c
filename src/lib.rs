//! fieldscope: watch five GPU simulations live, switch every optimisation while they run, and see how much faster it
//! is, how sure that is, and how far the result moved.
//!
//! The layers, from the ground up; each may use those before it and none of those after it:
//! [`gpu`] (device, kernels, clock, readback, roof), [`sim`] (the contract and the systems), [`driver`] (runs a system
//! cycle by cycle), [`signal`] (recordings from files), [`view`] (painters), [`tuning`] (which kernels an adapter runs), [`scene`] (which systems there are), [`recording`] (from the driver's events to
//! a session), [`lab`] (two arms compared, and two sessions), `desktop` (with the feature of that name; the only layer
//! that knows Bevy and egui) and [`cli`].
//! Beside them stand [`session`] (recorded runs), [`ron_file`] and [`shaders`] (all WGSL), which know none of the layers.

pub mod cli;
#[cfg(feature = "desktop")]
pub mod desktop;
pub mod driver;
pub mod gpu;
pub mod lab;
pub mod recording;
pub mod ron_file;
pub mod scene;
pub mod session;
pub mod shaders;
pub mod signal;
pub mod sim;
pub mod tuning;
pub mod view;
