// Metropolis on all sites of one colour in 32 lattices at once: bit r of a word is the spin of replica r at that site. All
// replicas share a site's draw.

#import fieldscope::ising::lattice::draws as draw
#import fieldscope::ising::lattice::shared::{LatticePass, row_above, row_below, is_before, word_beside}
#import fieldscope::random::{draws_of, words}

@group(0) @binding(0) var<storage, read_write> spins: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read> others: array<vec4<u32>>;
@group(0) @binding(2) var<uniform> constants: LatticePass;

const ALWAYS: u32 = 0xffffffffu;

// All bits where a draw is below the threshold.
fn below_all(draws: vec4<u32>, threshold: u32) -> vec4<u32> {
    return select(vec4(0u), vec4(0xffffffffu), (draws < vec4(threshold)) | vec4(threshold == ALWAYS));
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    // Four sites of a row.
    let at = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    if at >= constants.words {
        return;
    }
    let row = constants.row;
    let y = at / row;
    let x = at % row;
    let before = is_before(y, constants.colour);
    let same = others[at];
    let above = others[row_above(y, constants.sites) * row + x];
    let below = others[row_below(y, constants.sites) * row + x];
    let next = others[y * row + word_beside(x, row, before)];
    let beside = select(vec4(same.yzw, next.x), vec4(next.w, same.xyz), before);
    let own = spins[at];

    let near = same ^ above;
    let far = below ^ beside;
    let ones = near ^ far;
    let twos = (same & above) ^ (below & beside) ^ (near & far);
    let four = same & above & below & beside;
    let none = ~(ones | twos | four);
    let one = ones & ~twos;
    let three = ones & twos;
    let draws = words(draws_of(constants.seed, constants.sweep), draw::SHARED + constants.colour, at);
#ifdef FIELD
    let two = twos & ~ones;
    var classes = array<vec4<u32>, 10>(
        own & none, own & one, own & two, own & three, own & four,
        ~own & four, ~own & three, ~own & two, ~own & one, ~own & none,
    );
    var flipped = vec4(0u);
    for (var kind = 0u; kind < 10u; kind++) {
        flipped |= classes[kind] & below_all(draws, constants.thresholds[kind / 4u][kind % 4u]);
    }
#else
    let three_aligned = (own & three) | (~own & one);
    let four_aligned = (own & four) | (~own & none);
    let flipped = ~(three_aligned | four_aligned)
        | (three_aligned & below_all(draws, constants.thresholds[0].w))
        | (four_aligned & below_all(draws, constants.thresholds[1].x));
#endif
    spins[at] = own ^ flipped;
}
