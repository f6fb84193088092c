// What the kernels of the Möbius system have in common.
#define_import_path fieldscope::mobius::shared

// Constants of one pass; MobiusPass in src/sim/mobius/kernels.rs.
struct MobiusPass {
    // Nodes, and of the strip how many along the band and across it.
    nodes: u32,
    along: u32,
    across: u32,
    // Waves come from so many nodes.
    sources: u32,
    // Nodes that may be evolved in a cycle at most; how many are is in Structure.samples.
    rows: u32,
    // The sources that one slice of a sum goes through, from `first` on, or those of one slab.
    first: u32,
    count: u32,
    slices: u32,
    // Where the rows of a batch begin.
    first_row: u32,
    seed: u32,
    // The cycle of the draws of the sampled nodes.
    cycle: u32,
    // The time as a fraction of a turn for a frequency of 2^-22 rad/s, in units of 2^-64 turns.
    turn_high: u32,
    turn_low: u32,
    // Whether sources begin at their phases; published ones begin at 0.
    phased: u32,
    // Whether (2π, v) is (0, -v) and not (0, v).
    twisted: u32,
    // The wave number in half turns per unit of length.
    wavenumber: f32,
    // Half the width of the strip.
    half_width: f32,
    // Square of how far a vortex may go in a cycle.
    reach: f32,
}

// What shapes the band, and what of it has been built; Structure in src/sim/mobius/kernels.rs.
struct Structure {
    windings: f32,
    torsion: f32,
    uvhl_w: f32,
    uvhl_l: f32,
    uvhl_n: f32,
    sites: f32,
    built_windings: f32,
    built_torsion: f32,
    built_half_twists: f32,
    built_half_width: f32,
    built_wavenumber: f32,
    built_sources: f32,
    // 1 where the nodes have to be placed anew in this cycle.
    moved: f32,
    // 1 as long as the propagator is not that of the nodes.
    stale: f32,
    // Nodes that are evolved in this cycle.
    samples: f32,
    unused: f32,
}

// sin(π r) for r in [-1/2, 1/2]: an odd minimax polynomial of degree 9, off by at most 2e-7.
fn sine_of(r: vec4<f32>) -> vec4<f32> {
    let square = r * r;
    var sum = fma(square, vec4(0.0772201269865036), vec4(-0.5980451703071594));
    sum = fma(square, sum, vec4(2.5500314235687256));
    sum = fma(square, sum, vec4(-5.1677069664001465));
    sum = fma(square, sum, vec4(3.141592502593994));
    return r * sum;
}

// cos(π r) for r in [-1/2, 1/2]: an even one of degree 8.
fn cosine_of(r: vec4<f32>) -> vec4<f32> {
    let square = r * r;
    var sum = fma(square, vec4(0.2196968048810959), vec4(-1.3318802118301392));
    sum = fma(square, sum, vec4(4.058412075042725));
    sum = fma(square, sum, vec4(-4.934792995452881));
    return fma(square, sum, vec4(0.9999999403953552));
}

// The sign of a cosine or sine so many half turns on, as the sign bit of a number.
fn sign_of(half_turns: vec4<f32>) -> vec4<u32> {
    return bitcast<vec4<u32>>(vec4<i32>(half_turns)) << vec4(31u);
}

fn signed(value: vec4<f32>, sign: vec4<u32>) -> vec4<f32> {
    return bitcast<vec4<f32>>(bitcast<vec4<u32>>(value) ^ sign);
}

// (cos, sin) of an angle in half turns.
fn unit(half_turns: f32) -> vec2<f32> {
    let whole = round(half_turns);
    let rest = vec4(half_turns - whole);
    let sign = sign_of(vec4(whole));
    return vec2(signed(cosine_of(rest), sign).x, signed(sine_of(rest), sign).x);
}

// Distance with the softening of the published kernel, from the differences along the three axes.
fn distance_of(x: vec4<f32>, y: vec4<f32>, z: vec4<f32>) -> vec4<f32> {
    let far = sqrt(fma(x, x, fma(y, y, z * z))) + 0.05;
#ifdef HALF
    let near = unpack2x16float(pack2x16float(far.xy));
    return vec4(near, unpack2x16float(pack2x16float(far.zw)));
#else
    return far;
#endif
}
