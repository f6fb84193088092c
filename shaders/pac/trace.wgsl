// Traces of what is pointed at, from the analytic signal of its band. ENVELOPE: the signal of the band of amplitude and its
// envelope, in the third and fourth row; otherwise the recording itself and the signal of the band of phase, in the first two.

#import fieldscope::pac::shared::Four

// PacTrace in src/sim/pac/kernels.rs.
struct PacTrace {
    window: u32,
    before: u32,
    lane: u32,
    first: u32,
}

@group(0) @binding(0) var<storage, read> signal: array<Four>;
@group(0) @binding(1) var<storage, read> samples: array<f32>;
@group(0) @binding(2) var<storage, read_write> traces: array<f32>;
@group(0) @binding(3) var<uniform> trace: PacTrace;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let time = id.x;
    if time >= trace.window {
        return;
    }
    let value = signal[trace.before + time];
    let re = value.re[trace.lane];
#ifdef ENVELOPE
    let im = value.im[trace.lane];
    traces[2u * trace.window + time] = re;
    traces[3u * trace.window + time] = sqrt(re * re + im * im);
#else
    traces[time] = samples[trace.first + time];
    traces[trace.window + time] = re;
#endif
}
