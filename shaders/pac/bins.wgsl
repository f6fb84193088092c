// The phase bin of four numbers: which of 18 sectors of 20 degrees, counted from -180 degrees, without an arc tangent.
#define_import_path fieldscope::pac::bins

#import fieldscope::pac::shared::Four

// Bins as four bytes, the first in the lowest.
fn bins_of(value: Four) -> u32 {
    // A number below the real axis is turned by half a turn. Then it lies beyond the edge at angle e where
    // im cos e >= re sin e.
    let is_upper = value.im >= vec4(0.0);
    let upper = Four(select(-value.re, value.re, is_upper), select(-value.im, value.im, is_upper));
    var count = select(vec4(0u), vec4(9u), is_upper);
    count += vec4<u32>(upper.im * 0.939692621 >= upper.re * 0.342020143);
    count += vec4<u32>(upper.im * 0.766044443 >= upper.re * 0.642787610);
    count += vec4<u32>(upper.im * 0.500000000 >= upper.re * 0.866025404);
    count += vec4<u32>(upper.im * 0.173648178 >= upper.re * 0.984807753);
    count += vec4<u32>(upper.im * -0.173648178 >= upper.re * 0.984807753);
    count += vec4<u32>(upper.im * -0.500000000 >= upper.re * 0.866025404);
    count += vec4<u32>(upper.im * -0.766044443 >= upper.re * 0.642787610);
    count += vec4<u32>(upper.im * -0.939692621 >= upper.re * 0.342020143);
    return count.x | (count.y << 8u) | (count.z << 16u) | (count.w << 24u);
}
