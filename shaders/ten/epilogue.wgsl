// What the feed-forward part does to each of its numbers.
#define_import_path fieldscope::ten::epilogue

#ifdef TANH_GELU
// x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))); the argument is kept where the tangent has numbers.
fn gelu(x: vec4<f32>) -> vec4<f32> {
    let argument = 0.7978846 * fma(0.044715 * x * x, x, x);
    return 0.5 * x * (1.0 + tanh(clamp(argument, vec4(-15.0), vec4(15.0))));
}
#else
// x/2 (1 + erf(x/√2)), with erf off by at most 1.5e-7 (Abramowitz and Stegun 7.1.26).
fn gelu(x: vec4<f32>) -> vec4<f32> {
    let z = abs(x) * 0.70710677;
    let t = 1.0 / fma(vec4(0.3275911), z, vec4(1.0));
    var sum = fma(vec4(1.0614054), t, vec4(-1.4531521));
    sum = fma(sum, t, vec4(1.4214138));
    sum = fma(sum, t, vec4(-0.28449672));
    sum = fma(sum, t, vec4(0.2548296));
    let error = 1.0 - sum * t * exp(-z * z);
    return 0.5 * x * (1.0 + sign(x) * error);
}
#endif
