// Keeps what the pictures show: the eigenstates of every layer after this cycle in a ring, the same as shares of the largest
// of their layer, and the layers' energies in a ring. A workgroup for each layer.
#import fieldscope::ten::shared::TenPass

@group(0) @binding(0) var<storage, read> eigenstates: array<f32>;
// TenFigures in src/sim/ten/kernels.rs: behind four numbers the energies of the layers.
@group(0) @binding(1) var<storage, read> figures: array<f32>;
@group(0) @binding(2) var<storage, read_write> history: array<vec2<f32>>;
@group(0) @binding(3) var<storage, read_write> phasors: array<vec2<f32>>;
@group(0) @binding(4) var<storage, read_write> energy_history: array<f32>;
@group(0) @binding(5) var<uniform> constants: TenPass;

const LANES: u32 = 64u;
var<workgroup> largest: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let layer = workgroup.x;
    let all = constants.cells * constants.eigenstates;
    let home = 2u * layer * all;
    // `rows` layers of a column of the ring, the column `position`.
    let place = (constants.position * constants.rows + layer) * all;
    var most = 0.0;
    for (var k = lane; k < all; k += LANES) {
        let c = vec2(eigenstates[home + k], eigenstates[home + all + k]);
        history[place + k] = c;
        most = max(most, length(c));
    }
    largest[lane] = most;
    workgroupBarrier();
    most = 0.0;
    for (var other = 0u; other < LANES; other++) {
        most = max(most, largest[other]);
    }
    for (var k = lane; k < all; k += LANES) {
        let c = vec2(eigenstates[home + k], eigenstates[home + all + k]);
        phasors[layer * all + k] = select(vec2(0.0), c / most, most > 0.0);
    }
    if lane == 0u {
        energy_history[constants.position * constants.rows + layer] = figures[4u + layer];
    }
}
