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
