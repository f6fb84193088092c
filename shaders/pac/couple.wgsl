// From sums over bins to coupling: a pair of bands an invocation. HEIGHTS: the ratio of heights instead of Tort's index.
// POOLED: means by TensorPAC's counts; SUMS: no means, as gPAC; otherwise means over each bin.

#import fieldscope::pac::shared::{PacPass, BINS, divided}

@group(0) @binding(0) var<storage, read> sums: array<vec4<f32>>;
// Samples of every bin, [channel, band of phase, bin].
@group(0) @binding(1) var<storage, read> counts: array<u32>;
@group(0) @binding(2) var<storage, read> pooled: array<u32>;
@group(0) @binding(3) var<storage, read_write> map: array<f32>;
@group(0) @binding(4) var<uniform> constants: PacPass;

// (1 + d) ln(1 + d) - d, without cancellation for small d: its sum over the bins of a distribution (1 + d) / 18 is
// 18 ln 18 times Tort's index, which for 1 + Σ P ln P / ln 18 would be lost in the rounding of the 1.
fn excess(d: f32) -> f32 {
    if abs(d) < 0.25 {
        var sum = fma(d, -1.0 / 132.0, 1.0 / 110.0);
        sum = fma(d, sum, -1.0 / 90.0);
        sum = fma(d, sum, 1.0 / 72.0);
        sum = fma(d, sum, -1.0 / 56.0);
        sum = fma(d, sum, 1.0 / 42.0);
        sum = fma(d, sum, -1.0 / 30.0);
        sum = fma(d, sum, 1.0 / 20.0);
        sum = fma(d, sum, -1.0 / 12.0);
        sum = fma(d, sum, 1.0 / 6.0);
        return d * d * fma(-d, sum, 0.5);
    }
    let y = max(1.0 + d, 1e-30);
    return y * log(y) - d;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let pair = workgroup.x * 64u + local;
    let phases = constants.phases;
    if pair >= constants.bands * phases {
        return;
    }
    let at = divided(pair, phases);
    let groups = constants.amplitudes;
    let channel = constants.channel + workgroup.y;
    let origin = ((constants.slot + workgroup.y) * phases + at.y) * BINS * groups + at.x / 4u;
    let lane = at.x % 4u;
    let first = (channel * phases + at.y) * BINS;
    var means = array<f32, 18>();
    var total = 0.0;
    for (var bin = 0u; bin < BINS; bin++) {
        let sum = sums[origin + bin * groups][lane];
#ifdef SUMS
        let mean = sum;
#else
#ifdef POOLED
        let count = pooled[bin];
#else
        let count = counts[first + bin];
#endif
        let mean = select(sum / f32(count), 0.0, count == 0u);
#endif
        means[bin] = mean;
        total += mean;
    }
    var value = 0.0;
    if total > 0.0 {
#ifdef HEIGHTS
        var highest = means[0];
        var lowest = means[0];
        for (var bin = 1u; bin < BINS; bin++) {
            highest = max(highest, means[bin]);
            lowest = min(lowest, means[bin]);
        }
        value = (highest - lowest) / highest;
#else
        for (var bin = 0u; bin < BINS; bin++) {
            value += excess(fma(18.0 / total, means[bin], -1.0));
        }
        // 18 ln 18
        value *= 1.0 / 52.026692;
#endif
    }
    map[((constants.surrogate * constants.channels + channel) * constants.bands + at.x) * phases + at.y] = value;
}
