//! Whether two settings can be held against each other, before anything is allocated for the second one.

use super::Promise;
use crate::gpu::{Gpu, GpuError};
use crate::sim::{Refusal, Simulation, ToggleSet};

/// A system under a setting of its toggles.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// The system.
    pub simulation: &'a dyn Simulation,
    /// Its toggles.
    pub toggles: ToggleSet,
}

/// Checks that what both compute has the same shape in both; first A, then B.
///
/// # Errors
/// An array that both have in different shapes.
pub fn check_shapes([a, b]: &[Side<'_>; 2]) -> Result<(), Refusal> {
    let (of_a, of_b) = (a.simulation.state(a.toggles), b.simulation.state(b.toggles));
    for array in &of_a.arrays {
        let Some(other) = of_b.array(array.name) else { continue };
        if array.shape != other.shape && a.simulation.compared().contains(&array.name) {
            return Err(Refusal(format!(
                "the arms are of different sizes: `{}` is {:?} in A and {:?} in B; give both the same size",
                array.name, array.shape, other.shape
            )));
        }
    }
    Ok(())
}

/// Bytes of both arms, where neither has any memory yet.
pub fn bytes_of_both(sides: &[Side<'_>; 2]) -> u64 {
    sides.iter().map(|side| side.simulation.state(side.toggles).bytes()).sum()
}

/// Bytes that B needs beside an A that runs: its own buffers, and those of A's that it has in another size or not at
/// all, since it starts from a copy of A's.
pub fn bytes_beside([a, b]: &[Side<'_>; 2]) -> u64 {
    let (of_a, own) = (a.simulation.state(a.toggles).buffers, b.simulation.state(b.toggles).buffers);
    let carried = of_a.iter().filter(|request| !own.contains(request));
    own.iter().chain(carried).map(|request| request.bytes).sum()
}

/// Checks that there is room for so many more bytes, of which B's state is a part.
///
/// # Errors
/// The adapter has less room; the remedy is what of B would fit twice.
pub fn check_room(gpu: &Gpu, needed: u64, b: &Side<'_>) -> Result<(), GpuError> {
    let Some(room) = gpu.room() else { return Ok(()) };
    if needed <= room {
        return Ok(());
    }
    let would_fit = b.simulation.what_would_fit(b.toggles, room / 2);
    Err(GpuError::NoRoom {
        needed,
        room,
        adapter: gpu.info.name.clone(),
        remedy: format!("both arms need memory of their own; {would_fit} twice"),
    })
}

/// What B promises: whatever differs beside the toggles makes it another computation.
pub fn promise([a, b]: &[Side<'_>; 2]) -> Promise {
    Promise::of(a.simulation, a.toggles, b.simulation, b.toggles)
}
