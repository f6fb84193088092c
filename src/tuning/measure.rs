//! Candidates in turns: the fastest time of each.

use crate::gpu::batch::{Batcher, Bound, Dispatch};
use crate::gpu::{Buffers, GpuError, Kernels};
use crate::sim::Tunable;
use std::time::{Duration, Instant};

/// How long all candidates of a choice take turns.
const LONG_ENOUGH: Duration = Duration::from_secs(1);
/// Fewest turns of each, however long they take.
const FEWEST: usize = 3;

/// The fastest time of each candidate in milliseconds, from submission to completion; nothing makes a machine faster than
/// it is.
///
/// # Errors
/// A candidate does not build, memory is short, or the device was lost.
pub fn measure(kernels: &Kernels, choice: &Tunable) -> Result<Vec<(String, f64)>, GpuError> {
    let gpu = kernels.gpu();
    let mut buffers = Buffers::default();
    buffers.allocate(gpu, &choice.buffers)?;
    let dispatches: Vec<Dispatch> = choice
        .candidates
        .iter()
        .map(|candidate| {
            let pass = &candidate.pass;
            let bound = pass.bindings.iter().map(|id| buffers.require(*id).cloned().map(Bound::Buffer));
            Ok(Dispatch {
                kernel: kernels.build(&pass.variant)?,
                bound: bound.collect::<Result<_, _>>()?,
                uniform: pass.uniform.clone(),
                workgroups: pass.workgroups,
            })
        })
        .collect::<Result<_, GpuError>>()?;
    let mut batcher = Batcher::new(gpu);
    let mut run = |dispatch: &Dispatch| {
        let mut encoder = gpu.device.create_command_encoder(&Default::default());
        batcher.encode(&mut encoder, "tuning", std::slice::from_ref(dispatch), None);
        let began = Instant::now();
        gpu.queue.submit([encoder.finish()]);
        gpu.wait()?;
        Ok::<_, GpuError>(began.elapsed().as_secs_f64() * 1e3)
    };
    // The first run of a kernel may compile it.
    for dispatch in &dispatches {
        run(dispatch)?;
    }
    let mut times = vec![f64::INFINITY; dispatches.len()];
    let began = Instant::now();
    let mut turns = 0;
    while turns < FEWEST || began.elapsed() < LONG_ENOUGH {
        for (time, dispatch) in times.iter_mut().zip(&dispatches) {
            *time = time.min(run(dispatch)?);
        }
        turns += 1;
    }
    Ok(choice.candidates.iter().zip(times).map(|(candidate, time)| (candidate.name.to_owned(), time)).collect())
}
