// z of every pair against its surrogates, their mean, and p by the maximum over all pairs: (1 + reached) / (1 + surrogates).

#import fieldscope::pac::shared::PacPass

struct Running {
    first: f32,
    sum: f32,
    squares: f32,
    reached: f32,
}

@group(0) @binding(0) var<storage, read> observed: array<f32>;
@group(0) @binding(1) var<storage, read> running: array<Running>;
@group(0) @binding(2) var<storage, read_write> z: array<f32>;
@group(0) @binding(3) var<storage, read_write> p: array<f32>;
@group(0) @binding(4) var<storage, read_write> means: array<f32>;
@group(0) @binding(5) var<uniform> constants: PacPass;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let at = workgroup.x * 64u + local;
    if at >= constants.channels * constants.bands * constants.phases {
        return;
    }
    let count = f32(constants.surrogates);
    let figures = running[at];
    let mean = figures.sum / count;
    let variance = max(figures.squares / count - mean * mean, 0.0);
    means[at] = figures.first + mean;
    let above = observed[at] - figures.first - mean;
    z[at] = select(above / sqrt(variance), 0.0, variance == 0.0);
    p[at] = (1.0 + figures.reached) / (1.0 + count);
}
