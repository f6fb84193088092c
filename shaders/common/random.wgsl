// Counter-based random numbers, drawn alike here and in src/sim/random.rs.
#define_import_path fieldscope::random

// Everything of the counter that is constant over a pass, as the generator wants it: made once by `draws_of`, outside of
// loops, for a compiler that does not move it there.
struct Draws {
    seed: u32,
    cycle: u32,
}

#ifdef STRICT_RANDOM
fn draws_of(seed: u32, cycle: u32) -> Draws {
    return Draws(seed, cycle);
}

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
// The first step of pcg4d.
fn scrambled(word: u32) -> u32 {
    return word * 1664525u + 1013904223u;
}

fn draws_of(seed: u32, cycle: u32) -> Draws {
    return Draws(scrambled(seed), scrambled(cycle));
}

// pcg4d (Jarzynski and Olano, JCGT 9(3), 2020) of (index, operation, cycle, seed).
fn words(draws: Draws, operation: u32, index: u32) -> vec4<u32> {
    var v = vec4(scrambled(index), scrambled(operation), draws.cycle, draws.seed);
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

// Words of which every bit is wanted by itself: the lowest bits of pcg4d depend on few of the counter's, and here each bit
// depends on all 32 of its word (lowbias32, Wellons 2018, a bijection).
fn spread(word: vec4<u32>) -> vec4<u32> {
    var v = word;
    v = (v ^ (v >> vec4(16u))) * 0x7feb352du;
    v = (v ^ (v >> vec4(15u))) * 0x846ca68bu;
    return v ^ (v >> vec4(16u));
}

// 23 bits and a half: exact in f32, never 0 and never 1. The bits become the mantissa of a number in [1, 2), which costs
// less than a conversion.
fn uniform_of(word: vec4<u32>) -> vec4<f32> {
    return bitcast<vec4<f32>>((word >> vec4(9u)) | vec4(0x3f800000u)) - (1.0 - 0.5 / 8388608.0);
}

fn uniforms(draws: Draws, operation: u32, index: u32) -> vec4<f32> {
    return uniform_of(words(draws, operation, index));
}

// -ln(x) for normal x in (0, 1], off by at most 2e-7 of itself: near 1 too, where small radii and the sign of small
// normals want it, and where a built-in logarithm has only an absolute error.
// x is split into 2^e · (1 + f) with f in [√½ - 1, √2 - 1); the polynomial is ln(1 + f) / f.
fn minus_logarithm(x: vec2<f32>) -> vec2<f32> {
    let bits = bitcast<vec2<u32>>(x);
    let exponent = bitcast<vec2<i32>>(bits - 0x3f3504f3u) >> vec2(23u);
    let f = bitcast<vec2<f32>>(bits - (bitcast<vec2<u32>>(exponent) << vec2(23u))) - 1.0;
    var sum = fma(f, vec2(0.0872233), vec2(-0.14366831));
    sum = fma(f, sum, vec2(0.1495227));
    sum = fma(f, sum, vec2(-0.16562395));
    sum = fma(f, sum, vec2(0.19956833));
    sum = fma(f, sum, vec2(-0.25002074));
    sum = fma(f, sum, vec2(0.33334187));
    sum = fma(f, sum, vec2(-0.4999999));
    sum = fma(f, sum, vec2(1.0));
    return fma(vec2<f32>(exponent), vec2(-0.6931472), -f * sum);
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

// sin(x) for |x| up to some hundred, off by at most 1e-6: the argument is counted in turns.
fn sine(x: vec4<f32>) -> vec4<f32> {
    let turns = x * 0.15915494;
    let part = turns - round(turns);
    let folded = 0.25 - abs(abs(part) - 0.25);
    return sine_of_quarter_turns(select(folded, -folded, part < vec4(0.0)));
}

// Four standard normals by Box and Muller.
fn normals(draws: Draws, operation: u32, index: u32) -> vec4<f32> {
    let u = uniforms(draws, operation, index);
    let radius = sqrt(2.0 * minus_logarithm(u.xz));
    // cos(2π u) = sin(2π (|u - ½| - ¼)), and sin(2π u) by its distance from the nearest half turn.
    let distance = abs(u.yw - 0.5);
    let folded = 0.25 - abs(distance - 0.25);
    let sines = sine_of_quarter_turns(vec4(distance - 0.25, select(folded, -folded, u.yw > vec2(0.5))));
    return radius.xxyy * sines.xzyw;
}
