// Samples of each bin over all bands of phase and all channels together, as TensorPAC counts them.

#import fieldscope::pac::shared::{PacPass, BINS}

@group(0) @binding(0) var<storage, read> counts: array<u32>;
@group(0) @binding(1) var<storage, read_write> pooled: array<u32>;
@group(0) @binding(2) var<uniform> constants: PacPass;

@compute @workgroup_size(32)
fn main(@builtin(local_invocation_index) bin: u32) {
    if bin >= BINS {
        return;
    }
    var sum = 0u;
    for (var row = 0u; row < constants.channels * constants.phases; row++) {
        sum += counts[row * BINS + bin];
    }
    pooled[bin] = sum;
}
