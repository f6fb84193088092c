// Filters and analyses in one: the bins of a band from a channel's spectrum, weighted and one-sided, as the inverse
// transform to `length` points finds them after the stages that had only zeros to add.
//
// With s = length / kept, sample n = q + s · n' of the band is Σ over the bins k of X[k] w[k] W^(k q) · W_kept^(k n'), so
// that what is left is a transform of `kept` points for every q, with bin k in the place k mod kept.

#import fieldscope::pac::shared::{Four, PacPass, divided}

@group(0) @binding(0) var<storage, read> spectrum: array<Four>;
// Of four bands together: their first bin, how many there are up to their last one, where their weights begin.
@group(0) @binding(1) var<storage, read> bands: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> weights: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> twiddles: array<vec2<f32>>;
@group(0) @binding(4) var<storage, read_write> expanded: array<Four>;
@group(0) @binding(5) var<uniform> constants: PacPass;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let place = workgroup.x * 64u + local;
    if place >= constants.length {
        return;
    }
    let row = divided(workgroup.y, constants.groups);
    let channel = constants.channel + row.x;
    let lane = channel % 4u;
    let from_channel = (channel / 4u) * constants.length;
    let at = divided(place, constants.stride);
    let kept = constants.kept;
    var values = Four(vec4(0.0), vec4(0.0));
    let entry = bands[constants.first_group + row.y];
    let first = divided(entry.x, kept).y;
    let offset = select(at.x + kept - first, at.x - first, at.x >= first);
    if offset < entry.y {
        let bin = entry.x + offset;
        let weight = weights[entry.z + offset];
        let origin = spectrum[from_channel + bin];
        let value = vec2(origin.re[lane], origin.im[lane]);
        let turn = twiddles[(bin * at.y) % constants.length];
        values = Four(
            weight * (value.x * turn.x - value.y * turn.y),
            weight * (value.x * turn.y + value.y * turn.x),
        );
    }
    expanded[workgroup.y * constants.length + place] = values;
}
