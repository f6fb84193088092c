// What pictures show of the channel and the pair that are pointed at: the place of the channel's peak as a mark, and the
// distribution of amplitude over the phase bins of the pair. POOLED, SUMS: as in `pac/couple`. PLAIN: no distribution.

#import fieldscope::pac::shared::{BINS, divided}

// PacPointed in src/sim/pac/kernels.rs.
struct PacPointed {
    channel: u32,
    phase: u32,
    amplitude: u32,
    phases: u32,
    amplitudes: u32,
    padding_a: u32,
    padding_b: u32,
    padding_c: u32,
}

@group(0) @binding(0) var<storage, read> map: array<f32>;
// Column, row and sign of the mark, and the number of the moment behind it.
@group(0) @binding(1) var<storage, read_write> peak: array<vec4<f32>>;
#ifndef PLAIN
@group(0) @binding(2) var<storage, read> sums: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> counts: array<u32>;
@group(0) @binding(4) var<storage, read> pooled: array<u32>;
@group(0) @binding(5) var<storage, read_write> distribution: array<f32>;
#endif
@group(0) @binding(6) var<uniform> pointed: PacPointed;

var<workgroup> peaks: array<f32, 64>;
var<workgroup> places: array<u32, 64>;

fn write_peak(local: u32) {
    let pairs = pointed.phases * pointed.amplitudes;
    let origin = pointed.channel * pairs;
    var highest = -1.0;
    var place = 0u;
    for (var pair = local; pair < pairs; pair += 64u) {
        if map[origin + pair] > highest {
            highest = map[origin + pair];
            place = pair;
        }
    }
    peaks[local] = highest;
    places[local] = place;
    workgroupBarrier();
    if local != 0u {
        return;
    }
    for (var other = 1u; other < 64u; other++) {
        if peaks[other] > highest || (peaks[other] == highest && places[other] < place) {
            highest = peaks[other];
            place = places[other];
        }
    }
    let at = divided(place, pointed.phases);
    peak[0] = vec4(f32(at.y), f32(at.x), select(0.0, 1.0, highest > 0.0), 0.0);
    peak[1] = vec4(0.0);
}

#ifndef PLAIN
fn mean_of(bin: u32) -> f32 {
    let groups = (pointed.amplitudes + 3u) / 4u;
    let row = (pointed.channel * pointed.phases + pointed.phase) * BINS + bin;
    let sum = sums[row * groups + pointed.amplitude / 4u][pointed.amplitude % 4u];
#ifdef SUMS
    return sum;
#else
#ifdef POOLED
    let count = pooled[bin];
#else
    let count = counts[row];
#endif
    return select(sum / f32(count), 0.0, count == 0u);
#endif
}
#endif

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32) {
    write_peak(local);
#ifndef PLAIN
    if local == 0u {
        var total = 0.0;
        for (var bin = 0u; bin < BINS; bin++) {
            total += mean_of(bin);
        }
        for (var bin = 0u; bin < BINS; bin++) {
            distribution[bin] = select(mean_of(bin) / total, 0.0, total == 0.0);
        }
    }
#endif
}
