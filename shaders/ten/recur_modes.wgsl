// The recurrence in the basis of its eigenvectors, m ← Λ m + β, over `steps` tokens of one block. A workgroup for each cell
// and block, an invocation for four modes. As in the recurrence with the matrix, REDUCE leaves only the end of a block, and
// LAST_STEP turns the modes of the last block back into eigenstates, c = m V⁻¹, with their energy under ENERGY.
#import fieldscope::ten::shared::TenPass

@group(0) @binding(0) var<storage, read> drive: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> recurrence: array<vec4<f32>>;
#ifdef REDUCE
@group(0) @binding(2) var<storage, read_write> ends: array<vec4<f32>>;
#else
@group(0) @binding(2) var<storage, read_write> modes: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> states: array<vec4<f32>>;
#ifdef CARRIED
@group(0) @binding(4) var<storage, read> carries: array<vec4<f32>>;
#endif
#ifdef LAST_STEP
@group(0) @binding(5) var<storage, read> matrices: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read_write> eigenstates: array<vec4<f32>>;
#endif
#ifdef ENERGY
@group(0) @binding(7) var<storage, read_write> energies: array<f32>;
#endif
#endif
@group(0) @binding(8) var<uniform> constants: TenPass;

const QUADS: u32 = #{QUADS}u;
#ifdef LAST_STEP
var<workgroup> real: array<vec4<f32>, QUADS>;
var<workgroup> imaginary: array<vec4<f32>, QUADS>;
#endif

@compute @workgroup_size(QUADS)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let cell = workgroup.x;
    let block = workgroup.y;
    let all = constants.cells * QUADS;
    let own = cell * QUADS + lane;
    let lambda_real = recurrence[own];
    let lambda_imaginary = recurrence[all + own];
    let home = 2u * constants.layer * all + own;
    var re = vec4(0.0);
    var im = vec4(0.0);
#ifndef REDUCE
#ifdef CARRIED
    re = carries[2u * block * all + own];
    im = carries[2u * block * all + all + own];
#else
    re = modes[home];
    im = modes[home + all];
#endif
#endif
    let first = constants.first_row + block * constants.steps;
    for (var row = first; row < first + constants.steps; row++) {
        let place = 2u * row * all + own;
        let before = re;
        re = fma(lambda_real, before, fma(-lambda_imaginary, im, drive[place]));
        im = fma(lambda_real, im, fma(lambda_imaginary, before, drive[place + all]));
#ifndef REDUCE
        states[place] = re;
        states[place + all] = im;
#endif
    }
#ifdef REDUCE
    ends[2u * block * all + own] = re;
    ends[2u * block * all + all + own] = im;
#else
    let is_last = block + 1u == constants.blocks;
    if is_last {
        modes[home] = re;
        modes[home + all] = im;
    }
#ifdef LAST_STEP
    real[lane] = re;
    imaginary[lane] = im;
    workgroupBarrier();
    let plane = constants.cells * 4u * QUADS * QUADS;
    let column = cell * 4u * QUADS * QUADS + lane;
    var c_real = vec4(0.0);
    var c_imaginary = vec4(0.0);
    if is_last {
        for (var k = 0u; k < 4u * QUADS; k++) {
            let v_real = matrices[column + k * QUADS];
            let v_imaginary = matrices[column + plane + k * QUADS];
            let m = vec2(real[k / 4u][k % 4u], imaginary[k / 4u][k % 4u]);
            c_real += m.x * v_real - m.y * v_imaginary;
            c_imaginary += m.x * v_imaginary + m.y * v_real;
        }
        eigenstates[home] = c_real;
        eigenstates[home + all] = c_imaginary;
    }
#ifdef ENERGY
    workgroupBarrier();
    real[lane] = c_real * c_real + c_imaginary * c_imaginary;
    workgroupBarrier();
    if lane == 0u && is_last {
        var sum = vec4(0.0);
        for (var k = 0u; k < QUADS; k++) {
            sum += real[k];
        }
        energies[8u * constants.layer + cell] = sum.x + sum.y + sum.z + sum.w;
    }
#endif
#endif
#endif
}
