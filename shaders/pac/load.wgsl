// The window of up to four channels, ready to be transformed: with its odd extension, or with zeros behind it.

#import fieldscope::pac::shared::{Four, PacPass}

@group(0) @binding(0) var<storage, read> samples: array<f32>;
@group(0) @binding(1) var<storage, read_write> loaded: array<Four>;
@group(0) @binding(2) var<uniform> constants: PacPass;

fn sample(channel: u32, at: u32) -> f32 {
    return samples[channel * constants.total + constants.start + at];
}

fn extended(channel: u32, place: u32) -> f32 {
    if channel >= constants.channels {
        return 0.0;
    }
    let before = constants.before;
    let window = constants.window;
    if place >= before && place < before + window {
        return sample(channel, place - before);
    }
#ifdef ODD
    // As scipy's filtfilt: mirrored about the outermost samples.
    if place < before {
        return 2.0 * sample(channel, 0u) - sample(channel, before - place);
    }
    if place < 2u * before + window {
        return 2.0 * sample(channel, window - 1u) - sample(channel, before + 2u * (window - 1u) - place);
    }
#endif
    return 0.0;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let place = workgroup.x * 64u + local;
    if place >= constants.length {
        return;
    }
    let first = 4u * workgroup.y;
    let values = vec4(
        extended(first, place), extended(first + 1u, place), extended(first + 2u, place), extended(first + 3u, place),
    );
    loaded[workgroup.y * constants.length + place] = Four(values, vec4(0.0));
}
