// Mean, spread and extremes of a set of numbers, merged without losing digits (Chan, Golub and LeVeque, 1979).
#define_import_path fieldscope::view::moments

struct Moments {
    count: f32,
    mean: f32,
    // Sum of the squared distances from the mean.
    spread: f32,
    minimum: f32,
    maximum: f32,
    not_finite: f32,
}

fn nothing() -> Moments {
    return Moments(0.0, 0.0, 0.0, 3.0e38, -3.0e38, 0.0);
}

fn merged(a: Moments, b: Moments) -> Moments {
    let count = a.count + b.count;
    let share = b.count / max(count, 1.0);
    let apart = b.mean - a.mean;
    return Moments(
        count,
        a.mean + apart * share,
        a.spread + b.spread + apart * apart * a.count * share,
        min(a.minimum, b.minimum),
        max(a.maximum, b.maximum),
        a.not_finite + b.not_finite,
    );
}

// By the bits: a compiler may assume that no number is infinite or not one, and leave the comparison out.
fn is_finite(value: f32) -> bool {
    return (bitcast<u32>(value) & 0x7f800000u) != 0x7f800000u;
}
