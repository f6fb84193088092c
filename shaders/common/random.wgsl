// Counter-based random numbers, drawn alike here and in src/sim/random.rs.
#define_import_path fieldscope::random

// Everything of the counter that is constant over a pass.
struct Draws {
    seed: u32,
    cycle: u32,
}

#ifdef STRICT_RANDOM
fn rotate_left(word: u32, by: u32) -> u32 {
    return (word << by) | (word >> (32u - by));
}

fn threefry_round(x: ptr<function, u32>, y: ptr<function, u32>, by: u32) {
    *x = *x + *y;
    *y = rotate_left(*y, by) ^ *x;
}

// Threefry2x32 with 20 rounds (Salmon et al., SC 2011).
fn threefry(counter: vec2<u32>, key: vec2<u32>) -> vec2<u32> {
    let parity = 0x1BD11BDAu ^ key.x ^ key.y;
    var x = counter.x + key.x;
    var y = counter.y + key.y;
    threefry_round(&x, &y, 13u); threefry_round(&x, &y, 15u); threefry_round(&x, &y, 26u); threefry_round(&x, &y, 6u);
    x += key.y; y += parity + 1u;
    threefry_round(&x, &y, 17u); threefry_round(&x, &y, 29u); threefry_round(&x, &y, 16u); threefry_round(&x, &y, 24u);
    x += parity; y += key.x + 2u;
    threefry_round(&x, &y, 13u); threefry_round(&x, &y, 15u); threefry_round(&x, &y, 26u); threefry_round(&x, &y, 6u);
    x += key.x; y += key.y + 3u;
    threefry_round(&x, &y, 17u); threefry_round(&x, &y, 29u); threefry_round(&x, &y, 16u); threefry_round(&x, &y, 24u);
    x += key.y; y += parity + 4u;
    threefry_round(&x, &y, 13u); threefry_round(&x, &y, 15u); threefry_round(&x, &y, 26u); threefry_round(&x, &y, 6u);
    x += parity; y += key.x + 5u;
    return vec2(x, y);
}

fn words(draws: Draws, operation: u32, index: u32) -> vec4<u32> {
    let counter = vec2(index, draws.cycle);
    let near = threefry(counter, vec2(draws.seed, 2u * operation));
    let far = threefry(counter, vec2(draws.seed, 2u * operation + 1u));
    return vec4(near, far);
}
#else
// pcg4d (Jarzynski and Olano, JCGT 9(3), 2020) of (index, operation, cycle, seed).
fn words(draws: Draws, operation: u32, index: u32) -> vec4<u32> {
    var v = vec4(index, operation, draws.cycle, draws.seed) * 1664525u + 1013904223u;
    v.x += v.y * v.w;
    v.y += v.z * v.x;
    v.z += v.x * v.y;
    v.w += v.y * v.z;
    v = v ^ (v >> vec4(16u));
    v.x += v.y * v.w;
    v.y += v.z * v.x;
    v.z += v.x * v.y;
    v.w += v.y * v.z;
    return v;
}
#endif

// 23 bits and a half: exact in f32, never 0 and never 1.
fn uniform_of(word: vec4<u32>) -> vec4<f32> {
    return (vec4<f32>(word >> vec4(9u)) + 0.5) * (1.0 / 8388608.0);
}

fn uniforms(draws: Draws, operation: u32, index: u32) -> vec4<f32> {
    return uniform_of(words(draws, operation, index));
}

// sin(2π x) for x in [-1/4, 1/4]: an odd minimax polynomial of degree 9, off by at most 2e-7.
// The built-in sine first finds the quadrant of any angle; here it is known.
fn sine_of_quarter_turns(x: vec4<f32>) -> vec4<f32> {
    let square = x * x;
    var sum = fma(square, vec4(39.710918), vec4(-76.57499));
    sum = fma(square, sum, vec4(81.602234));
    sum = fma(square, sum, vec4(-41.34168));
    sum = fma(square, sum, vec4(6.2831855));
    return x * sum;
}

// Four standard normals by Box and Muller.
fn normals(draws: Draws, operation: u32, index: u32) -> vec4<f32> {
    let u = uniforms(draws, operation, index);
    // Near 1 the built-in logarithm has only an absolute error: small radii, and the sign of small normals, want the
    // series of ln(1 - rest) there. 1 - u is exact.
    let rest = 1.0 - u.xz;
    let series = rest * fma(rest, fma(rest, vec2(1.0 / 3.0), vec2(0.5)), vec2(1.0));
    let radius = sqrt(2.0 * select(-log(u.xz), series, rest < vec2(0.01)));
    // cos(2π u) = sin(2π (|u - ½| - ¼)), and sin(2π u) by its distance from the nearest half turn.
    let distance = abs(u.yw - 0.5);
    let folded = 0.25 - abs(distance - 0.25);
    let sines = sine_of_quarter_turns(vec4(distance - 0.25, select(folded, -folded, u.yw > vec2(0.5))));
    return radius.xxyy * sines.xzyw;
}
