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
