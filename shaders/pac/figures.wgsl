// The peak of all maps, and what is known of it.

#import fieldscope::pac::shared::{PacPass, divided}

// PacFigures in src/sim/pac/kernels.rs.
struct PacFigures {
    peak: f32,
    phase_hertz: f32,
    amplitude_hertz: f32,
    channel: f32,
    z: f32,
    p: f32,
    excluded: f32,
    padding: f32,
}

@group(0) @binding(0) var<storage, read> observed: array<f32>;
// Centres of the bands in Hz: those of phase, then those of amplitude.
@group(0) @binding(1) var<storage, read> centres: array<f32>;
@group(0) @binding(2) var<storage, read> valid: array<u32>;
@group(0) @binding(3) var<storage, read_write> figures: PacFigures;
#ifdef SURROGATES
@group(0) @binding(4) var<storage, read> z: array<f32>;
@group(0) @binding(5) var<storage, read> p: array<f32>;
#endif
@group(0) @binding(6) var<uniform> constants: PacPass;

var<workgroup> peaks: array<f32, 64>;
var<workgroup> places: array<u32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32) {
    let pairs = constants.bands * constants.phases;
    let all = constants.channels * pairs;
    var peak = -1.0;
    var place = 0u;
    for (var at = local; at < all; at += 64u) {
        if observed[at] > peak {
            peak = observed[at];
            place = at;
        }
    }
    peaks[local] = peak;
    places[local] = place;
    workgroupBarrier();
    if local != 0u {
        return;
    }
    for (var other = 1u; other < 64u; other++) {
        if peaks[other] > peak {
            peak = peaks[other];
            place = places[other];
        }
    }
    let of_channel = divided(place, pairs);
    let of_pair = divided(of_channel.y, constants.phases);
    figures.peak = peak;
    figures.phase_hertz = centres[of_pair.y];
    figures.amplitude_hertz = centres[constants.phases + of_pair.x];
    figures.channel = f32(of_channel.x);
#ifdef SURROGATES
    figures.z = z[place];
    figures.p = p[place];
#else
    // No number: there is nothing to hold it against.
    figures.z = bitcast<f32>(constants.surrogate | 0x7fc00000u);
    figures.p = bitcast<f32>(constants.surrogate | 0x7fc00000u);
#endif
    var kept = 0.0;
    for (var channel = 0u; channel < constants.channels; channel++) {
        kept += f32(valid[channel]);
    }
    figures.excluded = 1.0 - kept / f32(constants.channels * constants.window);
    figures.padding = 0.0;
}
