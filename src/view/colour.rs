//! Colour maps: tables of 256 sRGB-encoded colours that shader and legend share.
//!
//! A map is a path through OKLab (Björn Ottosson, 2020), where equal distances look about equally different. The path is
//! given by lightness, chroma and hue as functions of a parameter; it is then walked in steps of equal length, which is
//! what makes the map perceptually uniform. Colours outside sRGB lose chroma, never lightness or hue.

use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// Entries of a table.
pub const ENTRIES: usize = 256;

/// What the panels stand on: #101418, sRGB-encoded.
pub const BACKGROUND: [u8; 3] = [0x10, 0x14, 0x18];
/// Sites whose value is infinite or not a number.
pub const NOT_FINITE: [u8; 3] = [0xff, 0x00, 0xc8];
/// What belongs to the axes x, y, z: slice lines, frames, labels.
pub const AXES: [[u8; 3]; 3] = [[0xf0, 0x6a, 0x6a], [0x7c, 0xd4, 0x7a], [0x6a, 0xa8, 0xf5]];
/// The groups of marked sites, in the picture's order; more groups start again from the first.
pub const SPOTS: [[u8; 3]; 4] = [[0x5e, 0xe6, 0xff], [0xff, 0xc8, 0x57], [0xf7, 0x8a, 0xe0], [0xb8, 0xf2, 0x7c]];

/// Lines of a plot, in order; more lines start again from the first.
pub const LINES: [[u8; 3]; 8] = [
    [86, 182, 246],
    [232, 178, 76],
    [98, 208, 152],
    [224, 122, 168],
    [166, 150, 240],
    [236, 130, 84],
    [120, 214, 214],
    [190, 198, 96],
];

/// A colour map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ColourMap {
    /// Sequential: near-black, violet, red, orange, pale yellow.
    #[default]
    Ember,
    /// Sequential: deep violet, blue, teal, green, yellow.
    Lagoon,
    /// Sequential: black to white.
    Grey,
    /// Diverging: light blue, dark in the middle, light orange.
    Polar,
    /// Cyclic, of one lightness: both ends are the same colour.
    Wheel,
}

impl ColourMap {
    /// Every map, in the order a menu shows them.
    pub const ALL: [Self; 5] = [Self::Ember, Self::Lagoon, Self::Grey, Self::Polar, Self::Wheel];

    /// Name as menus write it; scene files write the same word with a capital.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ember => "ember",
            Self::Lagoon => "lagoon",
            Self::Grey => "grey",
            Self::Polar => "polar",
            Self::Wheel => "wheel",
        }
    }

    /// Whether its middle is a neutral colour that stands for 0.
    pub fn is_diverging(self) -> bool {
        self == Self::Polar
    }

    /// Whether both of its ends mean the same.
    pub fn is_cyclic(self) -> bool {
        self == Self::Wheel
    }

    /// The sRGB-encoded colour at `t`, 0 for the low end and 1 for the high one; beyond them the colours of the ends.
    pub fn colour(self, t: f32) -> [u8; 3] {
        let last = (ENTRIES - 1) as f32;
        self.table()[(t.clamp(0.0, 1.0) * last).round() as usize]
    }

    /// The table that the shaders read too.
    pub fn table(self) -> &'static [[u8; 3]; ENTRIES] {
        static TABLES: [OnceLock<[[u8; 3]; ENTRIES]>; 5] = [const { OnceLock::new() }; 5];
        TABLES[self as usize].get_or_init(|| self.walk())
    }

    /// The table as the shaders take it: red in the lowest byte.
    pub fn packed(self) -> Vec<u32> {
        self.table().iter().map(|&colour| pack(colour, 255)).collect()
    }

    /// Lightness, chroma and hue (in turns) at parameter `s` of the path, before it is walked evenly.
    fn path(self, s: f64) -> [f64; 3] {
        let hump = |peak: f64| peak * (std::f64::consts::PI * s).sin();
        match self {
            Self::Ember => [0.13 + 0.85 * s, 0.02 + hump(0.19) * (1.0 - 0.3 * s), 0.80 + 0.51 * s],
            Self::Lagoon => [0.20 + 0.74 * s, 0.09 + 0.07 * s * s, 0.83 - 0.53 * s],
            Self::Grey => [0.12 + 0.88 * s, 0.0, 0.0],
            Self::Polar => {
                let from_middle = 2.0 * s - 1.0;
                let distance = from_middle.abs();
                let hue = if from_middle < 0.0 { 0.70 - 0.09 * distance } else { 0.07 + 0.13 * distance };
                [0.22 + 0.70 * distance, 0.32 * distance * (1.0 - 0.68 * distance), hue]
            }
            // The largest chroma that sRGB has for every hue of this lightness.
            Self::Wheel => [0.74, 0.115, s],
        }
    }

    /// The path in steps of equal length.
    fn walk(self) -> [[u8; 3]; ENTRIES] {
        const FINE: usize = 4096;
        let points: Vec<_> = (0..=FINE).map(|i| into_gamut(self.path(i as f64 / FINE as f64))).collect();
        let mut travelled = vec![0.0];
        for pair in points.windows(2) {
            travelled.push(travelled[travelled.len() - 1] + distance(pair[0], pair[1]));
        }
        let whole = travelled[FINE];
        std::array::from_fn(|entry| {
            let wanted = whole * entry as f64 / (ENTRIES - 1) as f64;
            let nearest = travelled.partition_point(|&length| length < wanted).min(FINE);
            srgb(points[nearest]).map(|value| (value.clamp(0.0, 1.0) * 255.0).round() as u8)
        })
    }
}

/// A colour as the shaders take it: red in the lowest byte, opacity in the highest.
pub fn pack([red, green, blue]: [u8; 3], opacity: u8) -> u32 {
    u32::from_le_bytes([red, green, blue, opacity])
}

/// OKLab of lightness, chroma and hue, with the largest chroma up to the given one that sRGB can show.
fn into_gamut([lightness, chroma, hue]: [f64; 3]) -> [f64; 3] {
    let (sine, cosine) = (hue * std::f64::consts::TAU).sin_cos();
    let with = |chroma: f64| [lightness, chroma * cosine, chroma * sine];
    let shown = |lab: [f64; 3]| srgb(lab).iter().all(|value| (-1e-6..=1.0 + 1e-6).contains(value));
    if shown(with(chroma)) {
        return with(chroma);
    }
    let (mut low, mut high) = (0.0, chroma);
    for _ in 0..24 {
        let middle = 0.5 * (low + high);
        if shown(with(middle)) {
            low = middle;
        } else {
            high = middle;
        }
    }
    with(low)
}

fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// sRGB-encoded values of an OKLab colour, by the matrices of its definition.
fn srgb([lightness, a, b]: [f64; 3]) -> [f64; 3] {
    let long = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let medium = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let short = (lightness - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
    [
        4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
        -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
        -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701 * short,
    ]
    .map(encode)
}

fn encode(linear: f64) -> f64 {
    if linear <= 0.003_130_8 { 12.92 * linear } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(value: u8) -> f64 {
        let value = f64::from(value) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    }

    /// OKLab of an encoded colour, by the forward matrices: written independently of the table's way.
    fn lab(colour: [u8; 3]) -> [f64; 3] {
        let [r, g, b] = colour.map(decode);
        let long = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let medium = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let short = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        [
            0.210_454_255_3 * long + 0.793_617_785 * medium - 0.004_072_046_8 * short,
            1.977_998_495_1 * long - 2.428_592_205 * medium + 0.450_593_709_9 * short,
            0.025_904_037_1 * long + 0.782_771_766_2 * medium - 0.808_675_766 * short,
        ]
    }

    #[test]
    fn sequential_maps_brighten_all_the_way() {
        for map in [ColourMap::Ember, ColourMap::Lagoon, ColourMap::Grey] {
            let lightness: Vec<_> = map.table().iter().map(|&colour| lab(colour)[0]).collect();
            for (entry, pair) in lightness.windows(9).enumerate() {
                assert!(pair[8] > pair[0] + 0.01, "{map:?} at entry {entry}");
            }
        }
    }

    #[test]
    fn equal_steps_look_equally_different() {
        for map in ColourMap::ALL {
            let colours: Vec<_> = map.table().iter().map(|&colour| lab(colour)).collect();
            let steps: Vec<_> = colours.windows(17).step_by(8).map(|window| distance(window[0], window[16])).collect();
            let mean = steps.iter().sum::<f64>() / steps.len() as f64;
            for (index, step) in steps.iter().enumerate() {
                // A chord is shorter than its arc, and the diverging map turns round in the middle.
                let turns = map.is_diverging() && (13..=17).contains(&index);
                assert!(turns || (step / mean - 1.0).abs() < 0.25, "{map:?}: step {index} is {step}, mean {mean}");
            }
        }
    }

    #[test]
    fn the_diverging_map_is_balanced_about_a_dark_middle() {
        let table = ColourMap::Polar.table();
        for distance in 0..128 {
            let (below, above) = (lab(table[127 - distance])[0], lab(table[128 + distance])[0]);
            assert!((below - above).abs() < 0.06, "{distance} from the middle: {below} and {above}");
        }
        assert!(lab(table[127])[0] < 0.25);
    }

    #[test]
    fn the_cyclic_map_closes_and_keeps_its_lightness() {
        let table = ColourMap::Wheel.table();
        assert!(distance(lab(table[0]), lab(table[255])) < 0.01);
        let lightness: Vec<_> = table.iter().map(|&colour| lab(colour)[0]).collect();
        assert!(lightness.iter().all(|value| (value - 0.74).abs() < 0.01), "{lightness:?}");
    }

    #[test]
    fn beyond_the_ends_lie_the_colours_of_the_ends() {
        for map in ColourMap::ALL {
            assert_eq!(map.colour(-3.0), map.table()[0]);
            assert_eq!(map.colour(f32::INFINITY), map.table()[255]);
            assert_eq!(map.packed()[7] & 0xff, u32::from(map.table()[7][0]));
        }
    }
}
