// A part of the analytic signal in an array of its own, as code writes it that keeps every step: FILTERED, ANALYTIC, PHASE
// or AMPLITUDE of each of four bands. Nothing else reads them.

#import fieldscope::pac::shared::{Four, PacPass}

@group(0) @binding(0) var<storage, read> signal: array<Four>;
#ifdef ANALYTIC
@group(0) @binding(1) var<storage, read_write> part: array<Four>;
#else
@group(0) @binding(1) var<storage, read_write> part: array<vec4<f32>>;
#endif
@group(0) @binding(2) var<uniform> constants: PacPass;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let time = workgroup.x * 64u + local;
    if time >= constants.window {
        return;
    }
    let value = signal[workgroup.y * constants.length + constants.before + time];
    let at = workgroup.y * constants.window + time;
#ifdef ANALYTIC
    part[at] = value;
#else ifdef PHASE
    part[at] = atan2(value.im, value.re);
#else ifdef AMPLITUDE
    part[at] = sqrt(value.re * value.re + value.im * value.im);
#else
    part[at] = value.re;
#endif
}
