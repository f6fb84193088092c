// Adds up what `pac/sum` left of every stretch of the window.

#import fieldscope::pac::shared::{PacPass, BINS, STRETCH}

@group(0) @binding(0) var<storage, read> partial: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> sums: array<vec4<f32>>;
@group(0) @binding(2) var<uniform> constants: PacPass;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let row = constants.phases * BINS * constants.amplitudes;
    let count = constants.taken * row;
    if id.x >= count {
        return;
    }
    let stretches = (constants.window + STRETCH - 1u) / STRETCH;
    var total = vec4(0.0);
    for (var stretch = 0u; stretch < stretches; stretch++) {
        total += partial[stretch * count + id.x];
    }
    sums[constants.slot * row + id.x] = total;
}
