// What the ends of the colour map stand for.
#define_import_path fieldscope::view::range

struct ValueRange {
    low: f32,
    high: f32,
    minimum: f32,
    maximum: f32,
    mean: f32,
    deviation: f32,
    count: u32,
    not_finite: u32,
}

// 0 at the low end and 1 at the high one; not limited to them.
fn normalised(range: ValueRange, value: f32) -> f32 {
    return (value - range.low) / (range.high - range.low);
}
