// Carries the modes over the blocks, each by its eigenvalue to the power of a block's steps.
#import fieldscope::ten::shared::TenPass

@group(0) @binding(0) var<storage, read> ends: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> recurrence: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> modes: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> carries: array<vec4<f32>>;
@group(0) @binding(4) var<uniform> constants: TenPass;

const QUADS: u32 = #{QUADS}u;

@compute @workgroup_size(QUADS)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let all = constants.cells * QUADS;
    let own = workgroup.x * QUADS + lane;
    let home = 2u * constants.layer * all + own;
    let power_real = recurrence[2u * all + own];
    let power_imaginary = recurrence[3u * all + own];
    var re = modes[home];
    var im = modes[home + all];
    for (var block = 0u; block < constants.blocks; block++) {
        let place = 2u * block * all + own;
        carries[place] = re;
        carries[place + all] = im;
        let before = re;
        re = fma(power_real, before, fma(-power_imaginary, im, ends[place]));
        im = fma(power_real, im, fma(power_imaginary, before, ends[place + all]));
    }
}
