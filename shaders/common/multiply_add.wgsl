// Four independent chains of multiply-adds per invocation: what the arithmetic units can do at best, and a dispatch of a
// known length.

// How many rounds of 32 multiply-adds on vectors of four; `Rounds` in src/gpu/roof.rs.
struct Rounds {
    count: u32,
    padding_one: u32,
    padding_two: u32,
    padding_three: u32,
}

@group(0) @binding(0) var<storage, read_write> results: array<vec4<f32>>;
@group(0) @binding(1) var<uniform> rounds: Rounds;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
    let start = f32(invocation.x) * 1e-6;
    var first = vec4(start, start + 0.1, start + 0.2, start + 0.3);
    var second = first + 0.4;
    var third = first + 0.5;
    var fourth = first + 0.6;
    let factor = vec4(0.9999);
    let addend = vec4(1e-5);
    for (var round = 0u; round < rounds.count; round++) {
        for (var unrolled = 0u; unrolled < 8u; unrolled++) {
            first = fma(first, factor, addend);
            second = fma(second, factor, addend);
            third = fma(third, factor, addend);
            fourth = fma(fourth, factor, addend);
        }
    }
    results[invocation.x] = first + second + third + fourth;
}
