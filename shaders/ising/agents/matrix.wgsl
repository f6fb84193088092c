// Energies by couplings and fields, which every kernel that imports this binds first.
#define_import_path fieldscope::ising::agents::matrix

#import fieldscope::ising::agents::shared::{QUADS, SPINS, is_up, signs, sum_of}

@group(0) @binding(0) var<storage, read> couplings: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> fields: array<vec4<f32>>;

// E = -½ ΣΣ J s s - Σ h s of an agent's couplings and fields with these spins; `rows` is SPINS as no constant.
fn energy(agent: u32, spins: vec2<u32>, rows: u32) -> f32 {
    let base = agent * SPINS * QUADS;
    var sum = vec4(0.0);
    for (var i = 0u; i < rows; i++) {
        var row = vec4(0.0);
        for (var quad = 0u; quad < QUADS; quad++) {
            row = fma(couplings[base + i * QUADS + quad], signs(spins, quad), row);
        }
        sum = fma(vec4(select(-0.5, 0.5, is_up(spins, i))), row, sum);
    }
    for (var quad = 0u; quad < QUADS; quad++) {
        sum = fma(fields[agent * QUADS + quad], signs(spins, quad), sum);
    }
    return -sum_of(sum);
}

// (cos + 1) / 2 of the couplings of two agents: the whole matrices have the same cosine as their upper halves. ½ where either
// has no couplings.
fn similarity(one: u32, other: u32, rows: u32) -> f32 {
    let size = rows * QUADS;
    var products = vec4(0.0);
    var ones = vec4(0.0);
    var others = vec4(0.0);
    for (var at = 0u; at < size; at++) {
        let own = couplings[one * size + at];
        let theirs = couplings[other * size + at];
        products = fma(own, theirs, products);
        ones = fma(own, own, ones);
        others = fma(theirs, theirs, others);
    }
    let norms = sqrt(sum_of(ones)) * sqrt(sum_of(others));
    return select(clamp(0.5 * (sum_of(products) / max(norms, 1e-30) + 1.0), 0.0, 1.0), 0.5, norms == 0.0);
}
