// Puts the figures of the cycle together for the host.

// TenReading in src/sim/ten/kernels.rs.
struct TenReading {
    rows: u32,
    layers: u32,
    largest: f32,
    tokens: f32,
}

// TenFigures in src/sim/ten/kernels.rs.
struct TenFigures {
    loss: f32,
    largest: f32,
    tokens: f32,
    energy: f32,
    energies: array<vec4<f32>, 8>,
}

@group(0) @binding(0) var<storage, read> sums: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> energies: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> figures: TenFigures;
@group(0) @binding(3) var<uniform> reading: TenReading;

const LANES: u32 = 32u;
var<workgroup> parts: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn main(@builtin(local_invocation_index) lane: u32) {
    var part = 0.0;
    for (var row = lane; row < reading.rows; row += LANES) {
        part += sums[row].x + log(sums[row].y) - sums[row].z;
    }
    parts[lane] = part;
    workgroupBarrier();
    if lane == 0u {
        var loss = 0.0;
        for (var other = 0u; other < LANES; other++) {
            loss += parts[other];
        }
        figures.loss = loss / f32(reading.rows);
        figures.largest = reading.largest;
        figures.tokens = reading.tokens;
        var all = 0.0;
        for (var layer = 0u; layer < reading.layers; layer++) {
            let both = energies[2u * layer] + energies[2u * layer + 1u];
            let energy = both.x + both.y + both.z + both.w;
            figures.energies[layer / 4u][layer % 4u] = energy;
            all += energy;
        }
        figures.energy = all;
    }
}
