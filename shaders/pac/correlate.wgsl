// The spectrum of a cross-correlation: that of the indicators of a pair of phase bins, transformed with e^(+i…), times that
// of four bands of amplitude.

#import fieldscope::pac::shared::{Four, PacPass, divided}

// Four pairs a row.
@group(0) @binding(0) var<storage, read> indicators: array<Four>;
// Four bands a row.
@group(0) @binding(1) var<storage, read> amplitudes: array<Four>;
// [pair, group of bands of amplitude].
@group(0) @binding(2) var<storage, read_write> products: array<Four>;
@group(0) @binding(3) var<uniform> constants: PacPass;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let place = workgroup.x * 64u + local;
    if place >= constants.length {
        return;
    }
    let at = divided(workgroup.y, constants.amplitudes);
    let lane = at.x % 4u;
    let of_bins = indicators[(at.x / 4u) * constants.length + place];
    let re = constants.scale * of_bins.re[lane];
    let im = constants.scale * of_bins.im[lane];
    let of_bands = amplitudes[at.y * constants.length + place];
    products[workgroup.y * constants.length + place] =
        Four(re * of_bands.re - im * of_bands.im, re * of_bands.im + im * of_bands.re);
}
