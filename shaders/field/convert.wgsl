// Carries an array over between full and half storage when that toggle is switched.

#import fieldscope::field::shared::{FieldPass, decode, encode}
#import fieldscope::field::draws as draw
#import fieldscope::random::{draws_of, words}

#ifdef TO_HALF
@group(0) @binding(0) var<storage, read> from_cells: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> to_cells: array<vec2<u32>>;
#else
@group(0) @binding(0) var<storage, read> from_cells: array<vec2<u32>>;
@group(0) @binding(1) var<storage, read_write> to_cells: array<vec4<f32>>;
#endif
@group(0) @binding(2) var<uniform> constants: FieldPass;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let volume = constants.sites * constants.sites * constants.sites;
    let cell = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    if cell >= constants.groups * volume {
        return;
    }
#ifdef TO_HALF
    let index = constants.first_group * volume + cell;
    to_cells[cell] = encode(from_cells[cell], words(draws_of(constants.seed, constants.cycle), draw::ROUNDING_FIELD, index));
#else
    to_cells[cell] = decode(from_cells[cell]);
#endif
}
