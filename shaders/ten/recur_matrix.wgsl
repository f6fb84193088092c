// The recurrence with the resonance matrix in every step, p = λ c + γ β and c ← p R, over `steps` tokens of one block. A
// workgroup for each cell and block, an invocation for each eigenstate.
// REDUCE starts from nothing and leaves only the end; otherwise a block starts from what was carried to it (CARRIED) or from
// the eigenstates themselves, which the last block leaves behind.
#import fieldscope::ten::shared::TenPass

@group(0) @binding(0) var<storage, read> drive: array<f32>;
@group(0) @binding(1) var<storage, read> recurrence: array<f32>;
@group(0) @binding(2) var<storage, read> matrices: array<f32>;
#ifdef REDUCE
@group(0) @binding(3) var<storage, read_write> ends: array<f32>;
#else
@group(0) @binding(3) var<storage, read_write> eigenstates: array<f32>;
@group(0) @binding(4) var<storage, read_write> states: array<f32>;
#ifdef CARRIED
@group(0) @binding(5) var<storage, read> carries: array<f32>;
#endif
#ifdef ENERGY
@group(0) @binding(6) var<storage, read_write> energies: array<f32>;
#endif
#endif
@group(0) @binding(7) var<uniform> constants: TenPass;

const WIDTH: u32 = #{WIDTH}u;
var<workgroup> real: array<f32, WIDTH>;
var<workgroup> imaginary: array<f32, WIDTH>;

@compute @workgroup_size(WIDTH)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let cell = workgroup.x;
    let block = workgroup.y;
    let all = constants.cells * WIDTH;
    let own = cell * WIDTH + lane;
    let lambda = vec2(recurrence[own], recurrence[all + own]);
    let gain = recurrence[4u * all + own];
    let column = cell * WIDTH * WIDTH + lane;
    let home = 2u * constants.layer * all + own;
    var c = vec2(0.0);
#ifndef REDUCE
#ifdef CARRIED
    c = vec2(carries[2u * block * all + own], carries[2u * block * all + all + own]);
#else
    c = vec2(eigenstates[home], eigenstates[home + all]);
#endif
#endif
    let first = constants.first_row + block * constants.steps;
    for (var row = first; row < first + constants.steps; row++) {
#ifdef COMPLEX_DRIVE
        let beta = gain * vec2(drive[2u * row * all + own], drive[2u * row * all + all + own]);
#else
        let beta = vec2(gain * drive[row * all + own], 0.0);
#endif
        let p = vec2(lambda.x * c.x - lambda.y * c.y, lambda.x * c.y + lambda.y * c.x) + beta;
        workgroupBarrier();
        real[lane] = p.x;
        imaginary[lane] = p.y;
        workgroupBarrier();
        c = vec2(0.0);
        for (var k = 0u; k < WIDTH; k++) {
            c = fma(vec2(real[k], imaginary[k]), vec2(matrices[column + k * WIDTH]), c);
        }
#ifndef REDUCE
#ifdef BEFORE_RESONANCE
        let stored = p;
#else
        let stored = c;
#endif
#ifdef COMPLEX_STATES
        states[2u * row * all + own] = stored.x;
        states[2u * row * all + all + own] = stored.y;
#else
        states[row * all + own] = stored.x;
#endif
#endif
    }
#ifdef REDUCE
    ends[2u * block * all + own] = c.x;
    ends[2u * block * all + all + own] = c.y;
#else
    if block + 1u == constants.blocks {
        eigenstates[home] = c.x;
        eigenstates[home + all] = c.y;
    }
#ifdef ENERGY
    workgroupBarrier();
    real[lane] = dot(c, c);
    workgroupBarrier();
    if lane == 0u && block + 1u == constants.blocks {
        var sum = 0.0;
        for (var k = 0u; k < WIDTH; k++) {
            sum += real[k];
        }
        energies[8u * constants.layer + cell] = sum;
    }
#endif
#endif
}
