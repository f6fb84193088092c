// From the workgroups' moments to the range that the colour map spans.
#import fieldscope::view::moments::{Moments, nothing, merged}
#import fieldscope::view::range::ValueRange

struct Settle {
    parts: u32,
    is_fixed: u32,
    is_symmetric: u32,
    padding: u32,
    low: f32,
    high: f32,
    // Standard deviations about the mean; 0 spans from the lowest to the highest value.
    deviations: f32,
    padding_end: f32,
}

@group(0) @binding(0) var<storage, read> parts: array<Moments>;
@group(0) @binding(1) var<storage, read_write> range: ValueRange;
@group(0) @binding(2) var<uniform> settle: Settle;

var<workgroup> gathered: array<Moments, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32) {
    var own = nothing();
    for (var index = local; index < settle.parts; index += 64u) {
        own = merged(own, parts[index]);
    }
    gathered[local] = own;
    for (var half = 32u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if local < half {
            gathered[local] = merged(gathered[local], gathered[local + half]);
        }
    }
    if local > 0u {
        return;
    }
    let all = gathered[0];
    let deviation = sqrt(all.spread / max(all.count, 1.0));
    var low = select(0.0, all.minimum, all.count > 0.0);
    var high = select(0.0, all.maximum, all.count > 0.0);
    let lowest = low;
    let highest = high;
    if settle.deviations > 0.0 {
        low = max(low, all.mean - settle.deviations * deviation);
        high = min(high, all.mean + settle.deviations * deviation);
    }
    if settle.is_symmetric == 1u {
        high = max(abs(low), abs(high));
        low = -high;
    }
    if settle.is_fixed == 1u {
        low = settle.low;
        high = settle.high;
    }
    // Where all values are the same there is no range; they then show the first colour, or the one in the middle that
    // stands for 0.
    if !(high > low) {
        let some = max(abs(low) * 1.0e-3, 1.0e-30);
        high = low + some;
        low -= select(0.0, some, settle.is_symmetric == 1u);
    }
    range = ValueRange(low, high, lowest, highest, all.mean, deviation, u32(all.count), u32(all.not_finite));
}
