// How far an array of arm A is from the same array of arm B, over a run of numbers that lies in one slab of each. Each
// workgroup leaves one Partial of its share of the run; src/lab/deviation/figures.rs puts them together.
//
// A_HALF, B_HALF: halves, two to a word. A_PENDING, B_PENDING: the arm's numbers are scale · stored + offset of their
// channel. INTEGER: both arms hold unsigned integers.
// A_BYTES, B_BYTES: of 8 bits, four to a word. A_BITS, B_BITS: of one bit, 32 to a word.

struct Compare {
    // Numbers to compare, and where the first of them stands: in the array, in A's slab and in B's.
    count: u32,
    first: u32,
    first_a: u32,
    first_b: u32,
    // Numbers that a workgroup looks at, a multiple of 64 and at most 16384.
    share: u32,
    // Sites of a channel where four channels stand side by side in memory, else 1.
    volume: u32,
    // Numbers are different whose distance, as `distance` gives it, is above this.
    tolerance: u32,
    first_partial: u32,
    // Which f32 of its buffer the pending scale is.
    scale_index_a: u32,
    scale_index_b: u32,
    padding_a: u32,
    padding_b: u32,
}

struct Partial {
    // Numbers that are finite in both arms.
    compared: u32,
    differing: u32,
    not_finite_a: u32,
    not_finite_b: u32,
    // Numbers that are not finite in both arms, and not the same in both.
    unlike: u32,
    // The largest distance, its place and that of the first difference: places in the order of a reader of the array.
    largest: u32,
    largest_at: u32,
    first_at: u32,
    // Bits of both values at these places.
    largest_a: u32,
    largest_b: u32,
    first_a: u32,
    first_b: u32,
    // Of a, b and a − b: what is subtracted from the scaled numbers, their scale, their sum, and their sum of squares. The
    // fourth of the sums is that of the products of a and b.
    shift: vec4<f32>,
    scale: vec4<f32>,
    sum: vec4<f32>,
    squares: vec4<f32>,
}

@group(0) @binding(0) var<storage, read> words_a: array<u32>;
@group(0) @binding(1) var<storage, read> words_b: array<u32>;
@group(0) @binding(2) var<storage, read_write> partials: array<Partial>;
#ifdef A_PENDING
@group(0) @binding(3) var<storage, read> scales_a: array<f32>;
@group(0) @binding(4) var<storage, read> offsets_a: array<f32>;
#endif
#ifdef B_PENDING
@group(0) @binding(5) var<storage, read> scales_b: array<f32>;
@group(0) @binding(6) var<storage, read> offsets_b: array<f32>;
#endif
@group(0) @binding(7) var<uniform> compare: Compare;

const WORKERS: u32 = 64u;
const FANIN: u32 = 8u;
const NOWHERE: u32 = 0xffffffffu;
const INFINITE: u32 = 0x7f800000u;
const LARGEST_SHARE: f32 = 16384.0;
const LARGEST: f32 = 3.4028234e38;

// What is found on the first walk through the share, put together by every invocation. Extremes are those of a, b and
// a − b, in the order of `ordered`.
var<workgroup> compared: atomic<u32>;
var<workgroup> differing: atomic<u32>;
var<workgroup> not_finite_a: atomic<u32>;
var<workgroup> not_finite_b: atomic<u32>;
var<workgroup> unlike: atomic<u32>;
var<workgroup> largest: atomic<u32>;
var<workgroup> largest_at: atomic<u32>;
var<workgroup> first_at: atomic<u32>;
var<workgroup> lowest: array<atomic<u32>, 3>;
var<workgroup> highest: array<atomic<u32>, 3>;

var<workgroup> scratch: array<vec4<f32>, 64>;

// The sum of every invocation's value, in every invocation. Few barriers: a software adapter pays for each.
fn sum_of_workgroup(local: u32, value: vec4<f32>) -> vec4<f32> {
    workgroupBarrier();
    scratch[local] = value;
    workgroupBarrier();
    if local < FANIN {
        var sum = value;
        for (var other = local + FANIN; other < WORKERS; other += FANIN) {
            sum += scratch[other];
        }
        scratch[local] = sum;
    }
    workgroupBarrier();
    var total = scratch[0];
    for (var other = 1u; other < FANIN; other++) {
        total += scratch[other];
    }
    return total;
}

// A float as an integer in the same order, and back.
fn ordered(value: f32) -> u32 {
    let bits = bitcast<u32>(value);
    return select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
}

fn unordered(key: u32) -> f32 {
    return bitcast<f32>(select(~key, key & 0x7fffffffu, key >= 0x80000000u));
}

fn half_of(word: u32, index: u32) -> u32 {
    let pair = unpack2x16float(word);
    return bitcast<u32>(select(pair.x, pair.y, index % 2u == 1u));
}

fn byte_of(word: u32, index: u32) -> u32 {
    return (word >> (8u * (index % 4u))) & 0xffu;
}

fn bit_of(word: u32, index: u32) -> u32 {
    return (word >> (index % 32u)) & 1u;
}

fn channel_of(index: u32) -> u32 {
    return index / (4u * compare.volume) * 4u + index % 4u;
}

// From memory order to the reader's: channel by channel. With a volume of 1 both are the same.
fn place_of(index: u32) -> u32 {
    return channel_of(index) * compare.volume + index / 4u % compare.volume;
}

// The way back.
fn index_of(place: u32) -> u32 {
    let channel = place / compare.volume;
    return (channel / 4u * compare.volume + place % compare.volume) * 4u + channel % 4u;
}

// The bits of a number of A; `at` counts from the first of the run.
fn bits_a(at: u32) -> u32 {
    let index = compare.first_a + at;
#ifdef A_HALF
    let stored = half_of(words_a[index / 2u], index);
#else ifdef A_BYTES
    let stored = byte_of(words_a[index / 4u], index);
#else ifdef A_BITS
    let stored = bit_of(words_a[index / 32u], index);
#else
    let stored = words_a[index];
#endif
#ifdef A_PENDING
    let offset = offsets_a[channel_of(compare.first + at)];
    return bitcast<u32>(scales_a[compare.scale_index_a] * bitcast<f32>(stored) + offset);
#else
    return stored;
#endif
}

fn bits_b(at: u32) -> u32 {
    let index = compare.first_b + at;
#ifdef B_HALF
    let stored = half_of(words_b[index / 2u], index);
#else ifdef B_BYTES
    let stored = byte_of(words_b[index / 4u], index);
#else ifdef B_BITS
    let stored = bit_of(words_b[index / 32u], index);
#else
    let stored = words_b[index];
#endif
#ifdef B_PENDING
    let offset = offsets_b[channel_of(compare.first + at)];
    return bitcast<u32>(scales_b[compare.scale_index_b] * bitcast<f32>(stored) + offset);
#else
    return stored;
#endif
}

// By the bits: a compiler may assume that no number is infinite or not one.
fn is_finite(bits: u32) -> bool {
#ifdef INTEGER
    return true;
#else
    return (bits & INFINITE) != INFINITE;
#endif
}

fn is_same(a: u32, b: u32) -> bool {
    let both_are_no_numbers = (a & 0x7fffffffu) > INFINITE && (b & 0x7fffffffu) > INFINITE;
    return a == b || both_are_no_numbers;
}

// |a − b|: an integer, or the bits of a float, which are in the order of what they stand for.
fn distance_of(a: u32, b: u32) -> u32 {
#ifdef INTEGER
    return max(a, b) - min(a, b);
#else
    if a == b || ((a | b) << 1u) == 0u {
        return 0u;
    }
    // What differs has a distance, even where the device takes so small a number for 0.
    return max(bitcast<u32>(abs(bitcast<f32>(a) - bitcast<f32>(b))), 1u);
#endif
}

// a, b and a − b.
fn numbers(a: u32, b: u32) -> vec3<f32> {
#ifdef INTEGER
    let apart = f32(distance_of(a, b));
    return vec3(f32(a), f32(b), select(-apart, apart, a > b));
#else
    return vec3(bitcast<f32>(a), bitcast<f32>(b), bitcast<f32>(a) - bitcast<f32>(b));
#endif
}

// The power of two that brings a number of this size near 1.
fn scale_of(size: f32) -> f32 {
    return bitcast<f32>((254u - clamp(bitcast<u32>(size) >> 23u, 1u, 253u)) << 23u);
}

fn forget() {
    atomicStore(&compared, 0u);
    atomicStore(&differing, 0u);
    atomicStore(&not_finite_a, 0u);
    atomicStore(&not_finite_b, 0u);
    atomicStore(&unlike, 0u);
    atomicStore(&largest, 0u);
    atomicStore(&largest_at, NOWHERE);
    atomicStore(&first_at, NOWHERE);
    for (var which = 0u; which < 3u; which++) {
        atomicStore(&lowest[which], 0xffffffffu);
        atomicStore(&highest[which], 0u);
    }
}

// The first walk: counts, places and extremes go to the workgroup, the sum of a 16384th of each number, which cannot
// overflow, to the caller.
fn look(begin: u32, end: u32) -> vec3<f32> {
    var own_compared = 0u;
    var own_differing = 0u;
    var own_unlike = 0u;
    var own_not_finite = vec2(0u);
    var own_largest = 0u;
    var own_largest_at = NOWHERE;
    var own_first_at = NOWHERE;
    var low = vec3(LARGEST);
    var high = vec3(-LARGEST);
    var sum = vec3(0.0);
    for (var at = begin; at < end; at += WORKERS) {
        let a = bits_a(at);
        let b = bits_b(at);
        var differs = false;
        if is_finite(a) && is_finite(b) {
            let distance = distance_of(a, b);
            differs = distance > compare.tolerance;
            if distance > own_largest {
                own_largest = distance;
                own_largest_at = at;
            }
            let value = numbers(a, b);
            own_compared += 1u;
            sum += value / LARGEST_SHARE;
            low = min(low, value);
            high = max(high, value);
        } else {
            differs = !is_same(a, b);
            own_unlike += u32(differs);
            own_not_finite += vec2(u32(!is_finite(a)), u32(!is_finite(b)));
        }
        own_differing += u32(differs);
        if differs && own_first_at == NOWHERE {
            own_first_at = at;
        }
    }
    atomicAdd(&compared, own_compared);
    atomicAdd(&differing, own_differing);
    atomicAdd(&not_finite_a, own_not_finite.x);
    atomicAdd(&not_finite_b, own_not_finite.y);
    atomicAdd(&unlike, own_unlike);
    for (var which = 0u; which < 3u; which++) {
        atomicMin(&lowest[which], ordered(low[which]));
        atomicMax(&highest[which], ordered(high[which]));
    }
    atomicMax(&largest, own_largest);
    workgroupBarrier();
    // An invocation stays in one of the four channels that stand side by side: what it found first is first for a reader.
    if own_largest_at != NOWHERE && own_largest == atomicLoad(&largest) {
        atomicMin(&largest_at, place_of(compare.first + own_largest_at));
    }
    if own_first_at != NOWHERE {
        atomicMin(&first_at, place_of(compare.first + own_first_at));
    }
    return sum;
}

fn extremes(keys: vec3<u32>) -> vec3<f32> {
    return vec3(unordered(keys.x), unordered(keys.y), unordered(keys.z));
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let begin = workgroup.x * compare.share + local;
    let end = min((workgroup.x + 1u) * compare.share, compare.count);
    if local == 0u {
        forget();
    }
    workgroupBarrier();
    let found = sum_of_workgroup(local, vec4(look(begin, end), 0.0)).xyz;
    let low = extremes(vec3(atomicLoad(&lowest[0]), atomicLoad(&lowest[1]), atomicLoad(&lowest[2])));
    let high = extremes(vec3(atomicLoad(&highest[0]), atomicLoad(&highest[1]), atomicLoad(&highest[2])));
    let count = atomicLoad(&compared);
    let size = max(abs(low), abs(high));
    let scale = vec3(scale_of(size.x), scale_of(size.y), scale_of(size.z));
    // The mean, or what rounding made of it: but never beside the numbers, so that what is constant has no spread.
    var mean = vec3(0.0);
    if count > 0u {
        mean = clamp(found / f32(count) * LARGEST_SHARE, low, high);
    }
    let shift = mean * scale;

    // The second walk.
    var sum = vec4(0.0);
    var squares = vec4(0.0);
    for (var at = begin; at < end; at += WORKERS) {
        let a = bits_a(at);
        let b = bits_b(at);
        if is_finite(a) && is_finite(b) {
            let apart = numbers(a, b) * scale - shift;
            sum += vec4(apart, apart.x * apart.y);
            squares += vec4(apart * apart, 0.0);
        }
    }
    sum = sum_of_workgroup(local, sum);
    squares = sum_of_workgroup(local, squares);
    if local > 0u {
        return;
    }
    var partial = Partial(
        count, atomicLoad(&differing), atomicLoad(&not_finite_a), atomicLoad(&not_finite_b), atomicLoad(&unlike),
        atomicLoad(&largest), atomicLoad(&largest_at), atomicLoad(&first_at), 0u, 0u, 0u, 0u,
        vec4(shift, 0.0), vec4(scale, 0.0), sum, squares,
    );
    if partial.largest_at != NOWHERE {
        let at = index_of(partial.largest_at) - compare.first;
        partial.largest_a = bits_a(at);
        partial.largest_b = bits_b(at);
    }
    if partial.first_at != NOWHERE {
        let at = index_of(partial.first_at) - compare.first;
        partial.first_a = bits_a(at);
        partial.first_b = bits_b(at);
    }
    partials[compare.first_partial + workgroup.x] = partial;
}
