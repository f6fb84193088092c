// Sums over a workgroup of 256 invocations, in two steps of sixteen: few barriers, since a software adapter pays for
// each with a switch of every invocation.
#define_import_path fieldscope::field::sums

const WORKERS: u32 = 256u;
const FANIN: u32 = 16u;

var<workgroup> scratch: array<vec4<f32>, 256>;

// The sum of every invocation's value, in every invocation. All invocations must call it.
fn sum_of_workgroup(local: u32, value: vec4<f32>) -> vec4<f32> {
    scratch[local] = value;
    workgroupBarrier();
    if local < FANIN {
        var sum = scratch[local];
        for (var step = 1u; step < FANIN; step++) {
            sum += scratch[local + step * FANIN];
        }
        scratch[local] = sum;
    }
    workgroupBarrier();
    var total = scratch[0];
    for (var step = 1u; step < FANIN; step++) {
        total += scratch[step];
    }
    workgroupBarrier();
    return total;
}

// The largest of every invocation's values, in every invocation. All invocations must call it.
fn largest_of_workgroup(local: u32, value: f32) -> f32 {
    scratch[local] = vec4(value);
    workgroupBarrier();
    if local < FANIN {
        var largest = scratch[local].x;
        for (var step = 1u; step < FANIN; step++) {
            largest = max(largest, scratch[local + step * FANIN].x);
        }
        scratch[local].x = largest;
    }
    workgroupBarrier();
    var largest = scratch[0].x;
    for (var step = 1u; step < FANIN; step++) {
        largest = max(largest, scratch[step].x);
    }
    workgroupBarrier();
    return largest;
}
