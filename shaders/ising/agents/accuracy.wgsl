// How well an image of an agent tells its state, and the score that comes of it (2.4).
#define_import_path fieldscope::ising::agents::accuracy

#import fieldscope::ising::agents::matrix::energy
#import fieldscope::ising::agents::shared::{EARLY_EXIT, LATEST_SCALE, SPINS, all_up, magnetisation}

// Overlap, energy error, magnetisation error of what is predicted of an agent; `rows` is SPINS as no constant.
fn accuracy(options: u32, rows: u32, other: u32, predicted: vec2<u32>, wanted: vec2<u32>) -> vec3<f32> {
    let same = ~(predicted ^ wanted) & all_up();
    let equal = f32(countOneBits(same.x) + countOneBits(same.y)) / f32(SPINS);
    if (options & EARLY_EXIT) != 0u && equal > 0.95 {
        return vec3(equal, 0.0, 0.0);
    }
    let found = energy(other, predicted, rows);
    let actual = energy(other, wanted, rows);
    let first = select(1.0, abs(actual), abs(actual) > 1e-6);
    let latest = max(max(abs(found), abs(actual)), 1.0);
    let scale = select(first, latest, (options & LATEST_SCALE) != 0u);
    let apart = abs(abs(magnetisation(predicted)) - abs(magnetisation(wanted)));
    return vec3(max(equal, 1.0 - equal), abs(found - actual) / scale, apart);
}

fn score(weights: vec4<f32>, found: vec3<f32>, similarity: f32) -> f32 {
    let parts = vec4(found.x, max(0.0, 1.0 - found.y), similarity, 1.0 - min(found.z, 1.0));
    return clamp(dot(weights, parts), 0.0, 1.0);
}
