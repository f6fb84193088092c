// A table of numbers from an array, as scalars in rows: what is drawn, and what its range is taken of.
// INTEGER, HALF, BYTES, BITS: what the array's numbers are, f32 otherwise. MAGNITUDE, ARGUMENT: of the complex number that begins at an
// element. SUBTRACT: takes the scalar away from the one that is there, that of another system.

struct Gather {
    columns: u32,
    rows: u32,
    // The element of the first column and row, and elements from one to the next.
    first: u32,
    column_step: u32,
    row_step: u32,
    // The column that is shown first.
    turned: u32,
    // Where the scalars begin.
    offset: u32,
    padding: u32,
}

#ifdef WORDS
@group(0) @binding(0) var<storage, read> numbers: array<u32>;
#else
@group(0) @binding(0) var<storage, read> numbers: array<f32>;
#endif
@group(0) @binding(1) var<storage, read_write> scalars: array<f32>;
@group(0) @binding(2) var<uniform> gather: Gather;

const PI: f32 = 3.14159274;

fn number(element: u32) -> f32 {
#ifdef INTEGER
    return f32(numbers[element]);
#else
#ifdef HALF
    return unpack2x16float(numbers[element / 2u])[element % 2u];
#else
#ifdef BYTES
    return f32((numbers[element / 4u] >> (8u * (element % 4u))) & 0xffu);
#else
#ifdef BITS
    return f32((numbers[element / 32u] >> (element % 32u)) & 1u);
#else
    return numbers[element];
#endif
#endif
#endif
#endif
}

fn shown(element: u32) -> f32 {
#ifdef MAGNITUDE
    return length(vec2(number(element), number(element + 1u)));
#else
#ifdef ARGUMENT
    return atan2(number(element + 1u), number(element));
#else
    return number(element);
#endif
#endif
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
    let scalar = id.y * workgroups.x * 64u + id.x;
    if scalar >= gather.columns * gather.rows {
        return;
    }
    let column = (scalar % gather.columns + gather.turned) % gather.columns;
    let row = scalar / gather.columns;
    let value = shown(gather.first + column * gather.column_step + row * gather.row_step);
    let place = gather.offset + scalar;
#ifdef SUBTRACT
    var apart = scalars[place] - value;
#ifdef ARGUMENT
    // The way round that is shorter.
    apart -= 2.0 * PI * round(apart / (2.0 * PI));
#endif
    scalars[place] = apart;
#else
    scalars[place] = value;
#endif
}
