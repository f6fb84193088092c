// Lines and rings.
#define_import_path fieldscope::view::glyph

struct Glyph {
    start: vec2<f32>,
    end: vec2<f32>,
    colour: u32,
    radius: f32,
    width: f32,
    panel: u32,
}

// Signed distance of the stroke's edge: negative within it.
fn stroke(glyph: Glyph, at: vec2<f32>) -> f32 {
    let along = glyph.end - glyph.start;
    let share = clamp(dot(at - glyph.start, along) / max(dot(along, along), 1.0e-6), 0.0, 1.0);
    return abs(length(at - glyph.start - along * share) - glyph.radius) - 0.5 * glyph.width;
}
