// Hilbert: doubles the bins of positive frequency and drops those of negative, as scipy's `hilbert` does.

#import fieldscope::pac::shared::{Four, PacPass}

@group(0) @binding(0) var<storage, read_write> spectrum: array<Four>;
@group(0) @binding(1) var<uniform> constants: PacPass;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let bin = workgroup.x * 64u + local;
    if bin >= constants.length {
        return;
    }
    var factor = 2.0;
    if bin == 0u || 2u * bin == constants.length {
        factor = 1.0;
    } else if 2u * bin > constants.length {
        factor = 0.0;
    }
    factor *= constants.scale;
    let at = workgroup.y * constants.length + bin;
    let value = spectrum[at];
    spectrum[at] = Four(value.re * factor, value.im * factor);
}
