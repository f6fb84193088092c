// One source's waves at four distances, added to the sums of four nodes. REAL: the imaginary part alone, as published.
#define_import_path fieldscope::mobius::terms

#import fieldscope::mobius::shared::{cosine_of, sign_of, signed, sine_of}

struct Sums {
    real: vec4<f32>,
    imaginary: vec4<f32>,
}

fn add(sums: Sums, distance: vec4<f32>, half_turns: f32, strength: f32, wavenumber: f32) -> Sums {
    let angle = fma(vec4(-wavenumber), distance, vec4(half_turns));
    let whole = round(angle);
    let rest = angle - whole;
    let gain = signed(vec4(strength) / distance, sign_of(whole));
#ifdef REAL
    return Sums(sums.real, fma(gain, sine_of(rest), sums.imaginary));
#else
    return Sums(fma(gain, cosine_of(rest), sums.real), fma(gain, sine_of(rest), sums.imaginary));
#endif
}
