// Sums over a workgroup of 32 × 8 invocations.
#define_import_path fieldscope::field::sums

const WORKERS: u32 = 256u;

var<workgroup> scratch: array<vec4<f32>, 256>;

// The sum of every invocation's value, in invocation 0. All invocations must call it.
fn sum_of_workgroup(local: u32, value: vec4<f32>) -> vec4<f32> {
    scratch[local] = value;
    workgroupBarrier();
    for (var half = WORKERS / 2u; half > 0u; half /= 2u) {
        if local < half {
            scratch[local] += scratch[local + half];
        }
        workgroupBarrier();
    }
    let total = scratch[0];
    workgroupBarrier();
    return total;
}

// The largest of every invocation's values, in every invocation. All invocations must call it.
fn largest_of_workgroup(local: u32, value: f32) -> f32 {
    scratch[local] = vec4(value);
    workgroupBarrier();
    for (var half = WORKERS / 2u; half > 0u; half /= 2u) {
        if local < half {
            scratch[local].x = max(scratch[local].x, scratch[local + half].x);
        }
        workgroupBarrier();
    }
    let largest = scratch[0].x;
    workgroupBarrier();
    return largest;
}
