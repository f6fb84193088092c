// Who goes on, who appears and who is gone, by one workgroup: a vortex goes on as the one that is its nearest and to which
// it is the nearest. Two of opposite signs that are gone within reach of each other have merged.

#import fieldscope::mobius::shared::MobiusPass
#import fieldscope::mobius::vortices::{NONE, Tracker, Vortex, apart}

@group(0) @binding(0) var<storage, read_write> found: array<Vortex>;
@group(0) @binding(1) var<storage, read_write> vortices: array<Vortex>;
@group(0) @binding(2) var<storage, read> forward: array<u32>;
@group(0) @binding(3) var<storage, read> back: array<u32>;
@group(0) @binding(4) var<storage, read> counts: array<u32>;
@group(0) @binding(5) var<storage, read_write> tracker: Tracker;
@group(0) @binding(6) var<uniform> constants: MobiusPass;

const LANES: u32 = 256u;

var<workgroup> births: array<u32, 256>;
var<workgroup> deaths: array<u32, 256>;
var<workgroup> merged: array<u32, 256>;

fn comes_from(at: u32) -> u32 {
    let before = forward[at];
    if before != NONE {
        if back[before] == at {
            return before;
        }
    }
    return NONE;
}

fn is_gone(at: u32) -> bool {
    let now = back[at];
    if now == NONE {
        return true;
    }
    return forward[now] != at;
}

fn has_met(at: u32, count: u32) -> bool {
    for (var other = 0u; other < count; other++) {
        let between = apart(constants, vortices[at], vortices[other]);
        if other != at && between.alike < 0.0 && between.square < constants.reach && is_gone(other) {
            return true;
        }
    }
    return false;
}

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) lane: u32) {
    let now = counts[0];
    let earlier = counts[1];
    let share = (now + LANES - 1u) / LANES;
    let first = min(lane * share, now);
    let last = min(first + share, now);
    var born = 0u;
    for (var at = first; at < last; at++) {
        born += select(0u, 1u, comes_from(at) == NONE);
    }
    var gone = 0u;
    var met = 0u;
    for (var at = lane; at < earlier; at += LANES) {
        if is_gone(at) {
            gone += 1u;
            met += select(0u, 1u, has_met(at, earlier));
        }
    }
    births[lane] = born;
    deaths[lane] = gone;
    merged[lane] = met;
    workgroupBarrier();
    var number = tracker.numbered;
    for (var other = 0u; other < lane; other++) {
        number += f32(births[other]);
    }
    for (var at = first; at < last; at++) {
        let before = comes_from(at);
        if before == NONE {
            number += 1.0;
            found[at].number = number;
            found[at].born = f32(constants.cycle);
        } else {
            found[at].number = vortices[before].number;
            found[at].born = vortices[before].born;
        }
    }
    // All have read the list of before; from here on it is that of now.
    storageBarrier();
    workgroupBarrier();
    for (var at = first; at < last; at++) {
        vortices[at] = found[at];
    }
    for (var at = now + lane; at < earlier; at += LANES) {
        vortices[at] = Vortex(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    }
    if lane == LANES - 1u {
        var all = vec3(0u);
        for (var other = 0u; other < LANES; other++) {
            all += vec3(births[other], deaths[other], merged[other]);
        }
        let mergings = all.z / 2u;
        tracker.count = f32(now);
        tracker.numbered = number;
        tracker.births += f32(all.x);
        tracker.deaths += f32(all.y - 2u * mergings);
        tracker.mergings += f32(mergings);
        tracker.positive = f32(counts[3]);
        tracker.negative = f32(counts[2] - counts[3]);
        tracker.unlisted = f32(counts[2] - now);
    }
}
