// Where the nodes are. STRIP: a band of half-twists round the unit circle; otherwise the published helix.
//
// Angles are counted in half turns, and whole parts of them are left out in integers, so that many windings lose no digit.

#import fieldscope::mobius::shared::{MobiusPass, Structure, unit}

@group(0) @binding(0) var<storage, read_write> places: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> structure: Structure;
@group(0) @binding(2) var<uniform> constants: MobiusPass;

const PI: f32 = 3.14159265;

#ifdef STRIP
fn place_of(node: u32) -> vec3<f32> {
    let along = node / constants.across;
    let across = node % constants.across;
    let round_the_band = unit(2.0 * f32(along) / f32(constants.along));
    let v = 2.0 * f32(across) / f32(constants.across - 1u) - 1.0;
    let twist = f32((u32(structure.built_half_twists) * along) % (2u * constants.along)) / f32(constants.along);
    let section = unit(twist + structure.built_torsion * round_the_band.y / PI) * (structure.built_half_width * v);
    return vec3((1.0 + section.x) * round_the_band, section.y);
}
#else
fn place_of(node: u32) -> vec3<f32> {
    let part = f32(node) / f32(constants.nodes);
    let theta = 1.0 + unit(2.0 * part).x;
    // (w + 1/2) u + τ θ with w split into whole windings, which come back to where they were, and the rest.
    let whole = floor(structure.built_windings);
    let wound = f32((u32(whole) * node) % constants.nodes) / f32(constants.nodes);
    let phi = 2.0 * wound + 2.0 * (structure.built_windings - whole + 0.5) * part + structure.built_torsion * theta;
    let pole = unit(theta);
    return vec3(pole.y * unit(phi), pole.x);
}
#endif

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x < constants.nodes && structure.moved == 1.0 {
        places[id.x] = vec4(place_of(id.x), 0.0);
    }
}
