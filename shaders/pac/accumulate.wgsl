// Takes one surrogate's map into the running figures of its channel: a channel a workgroup.

#import fieldscope::pac::shared::PacPass

// Of a pair over the surrogates so far: the first value, the sum and the sum of squares of the distances from it, and how
// many surrogates have a maximum over all pairs that reaches what was observed.
struct Running {
    first: f32,
    sum: f32,
    squares: f32,
    reached: f32,
}

@group(0) @binding(0) var<storage, read> observed: array<f32>;
@group(0) @binding(1) var<storage, read> maps: array<f32>;
@group(0) @binding(2) var<storage, read_write> running: array<Running>;
@group(0) @binding(3) var<uniform> constants: PacPass;

var<workgroup> maxima: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let channel = constants.channel + workgroup.x;
    let pairs = constants.bands * constants.phases;
#ifdef STORED
    let origin = (constants.surrogate * constants.channels + channel) * pairs;
#else
    let origin = channel * pairs;
#endif
    var highest = 0.0;
    for (var pair = local; pair < pairs; pair += 64u) {
        highest = max(highest, maps[origin + pair]);
    }
    maxima[local] = highest;
    workgroupBarrier();
    for (var other = 0u; other < 64u; other++) {
        highest = max(highest, maxima[other]);
    }
    for (var pair = local; pair < pairs; pair += 64u) {
        let at = channel * pairs + pair;
        let value = maps[origin + pair];
        let reached = select(0.0, 1.0, highest >= observed[at]);
        if constants.surrogate == 0u {
            running[at] = Running(value, 0.0, 0.0, reached);
        } else {
            let before = running[at];
            let distance = value - before.first;
            running[at] = Running(
                before.first, before.sum + distance, fma(distance, distance, before.squares), before.reached + reached,
            );
        }
    }
}
