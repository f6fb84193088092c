// Which amplitude a surrogate holds against the phase of a sample.
#define_import_path fieldscope::pac::moved

// Samples by which amplitudes are moved, of a part of the window: 1 to samples - 1.
fn shift_of(moved: f32, samples: u32) -> u32 {
    if moved == 0.0 || samples < 2u {
        return 0u;
    }
    return min(1u + u32(moved * f32(samples - 1u)), samples - 1u);
}

fn moved_by(time: u32, shift: u32, samples: u32) -> u32 {
    let moved = time + shift;
    return select(moved, moved - samples, moved >= samples);
}
