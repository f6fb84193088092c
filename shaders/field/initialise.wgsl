// Draws an array of a slab at cycle 0: the field, or one of the stored maps.

#import fieldscope::field::shared::{FieldPass}
#import fieldscope::field::operations as operation
#import fieldscope::field::draws as draw
#import fieldscope::random::{draws_of, normals}
#ifdef HALF
#import fieldscope::field::shared::encode
#import fieldscope::random::words
#endif

// How four channels of a site are stored. (An alias cannot be imported.)
#ifdef HALF
alias Cell = vec2<u32>;
#else
alias Cell = vec4<f32>;
#endif

#ifdef FIELD
@group(0) @binding(0) var<storage, read_write> cells: array<Cell>;
#else
@group(0) @binding(0) var<storage, read_write> cells: array<vec4<f32>>;
#endif
@group(0) @binding(1) var<uniform> constants: FieldPass;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let volume = constants.sites * constants.sites * constants.sites;
    let cell = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
#ifdef WEIGHTS
    if cell >= constants.partials * constants.all_groups {
        return;
    }
    cells[cell] = 0.1 * normals(draws_of(constants.seed, 0u), draw::INITIAL_WEIGHTS, cell);
#else
    if cell >= constants.groups * volume {
        return;
    }
    let index = constants.first_group * volume + cell;
#ifdef FIELD
    let value = 0.01 * normals(draws_of(constants.seed, 0u), draw::INITIAL_FIELD, index);
#ifdef HALF
    cells[cell] = encode(value, words(draws_of(constants.seed, 0u), draw::ROUNDING_FIELD, index));
#else
    cells[cell] = value;
#endif
#endif
#ifdef FREQUENCY
    cells[cell] = operation::frequency(constants.seed, index);
#endif
#ifdef DECAY
    cells[cell] = operation::decay_factor(constants.seed, index);
#endif
#endif
}
