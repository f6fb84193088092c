//! How a picture is to look: what stands in scene files and sessions, and what the window's controls change.

use super::{ViewError, colour::ColourMap};
use crate::sim::Values;
use serde::{Deserialize, Serialize};
use std::f32::consts::PI;

/// What of the channels is shown: one scalar per site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Quantity {
    /// One channel, counted from 0.
    Channel(u32),
    /// The mean over all channels.
    #[default]
    Mean,
    /// The unbiased variance over all channels; 0 where there is only one.
    Variance,
}

/// Which pictures stand side by side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Arrangement {
    /// Three orthogonal slices.
    Slices,
    /// The volume.
    Volume,
    /// The volume with the three slices beside it.
    #[default]
    Both,
}

/// Which values the ends of the colour map stand for. Values beyond them get the colours of the ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Range {
    /// From the lowest to the highest value that is shown.
    Auto,
    /// Mean ± this many standard deviations of what is shown, but no further than the lowest and highest value: a few
    /// hot sites do not darken all the others.
    Spread(f32),
    /// From `low` to `high`, always.
    Fixed {
        /// The value of the first colour.
        low: f32,
        /// The value of the last colour.
        high: f32,
    },
}

/// Where the volume is seen from: an orbit around the middle of the cube, z upwards.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Camera {
    /// Degrees around z; at 0, x runs to the right and y away from the eye.
    pub yaw: f32,
    /// Degrees above the x-y plane, -89 to 89.
    pub pitch: f32,
    /// 1 fits the cube or square into its panel; 0.1 to 2000, where a cube goes no nearer than 20.
    pub zoom: f32,
}

impl Default for Camera {
    fn default() -> Self {
        Self { yaw: 32.0, pitch: 24.0, zoom: 1.0 }
    }
}

/// How finely the volume is rendered. Slices are always sharp.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Detail {
    /// A ray per pixel on a GPU, per 2 × 2 pixels on a software adapter.
    #[default]
    Auto,
    /// A ray per pixel.
    Full,
    /// A ray per 2 × 2 pixels.
    Half,
    /// A ray per 4 × 4 pixels.
    Quarter,
}

impl Detail {
    /// Pixels along the edge of the square that one ray stands for.
    pub fn pixels_per_ray(self, is_software: bool) -> u32 {
        match self {
            Self::Auto if is_software => 2,
            Self::Auto | Self::Full => 1,
            Self::Half => 2,
            Self::Quarter => 4,
        }
    }
}

/// Everything about a picture that the simulation does not decide.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Look {
    /// What is shown.
    pub quantity: Quantity,
    /// The sites x, y, z that the slices cut through; the middle where it is not said.
    pub slices: Option<[u32; 3]>,
    /// Slices, volume or both.
    pub arrangement: Arrangement,
    /// The colours. With [`ColourMap::Polar`], automatic ranges are made symmetric about 0.
    pub colours: ColourMap,
    /// The values that they stand for.
    pub range: Range,
    /// Where the volume is seen from.
    pub camera: Camera,
    /// How dense the volume is, 0 to 20; 1 by default.
    pub opacity: f32,
    /// How finely the volume is rendered.
    pub detail: Detail,
    /// Whether marked sites and slice lines are drawn.
    pub marks: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            quantity: Quantity::default(),
            slices: None,
            arrangement: Arrangement::default(),
            colours: ColourMap::default(),
            range: Range::Spread(4.0),
            camera: Camera::default(),
            opacity: 1.0,
            detail: Detail::default(),
            marks: true,
        }
    }
}

impl Look {
    /// The look that suits what a picture shows: angles get a cyclic map, numbers about 0 a diverging one.
    pub fn for_values(values: Values) -> Self {
        let (colours, range) = match values {
            Values::Any => return Self::default(),
            Values::Signed => (ColourMap::Polar, Range::Auto),
            Values::Angle => (ColourMap::Wheel, Range::Fixed { low: -PI, high: PI }),
            Values::Within(low, high) => (ColourMap::Ember, Range::Fixed { low, high }),
        };
        Self { colours, range, ..Self::default() }
    }

    /// The sites that the slices cut through in a cube of this many sites along an edge; a position beyond the cube
    /// becomes its last plane.
    pub fn slices_in(&self, sites: u32) -> [u32; 3] {
        self.slices.unwrap_or([sites / 2; 3]).map(|site| site.min(sites.saturating_sub(1)))
    }

    /// This look for the difference of two systems: with a diverging map and values symmetric about 0, so that the middle
    /// of the map means no difference. A sequential map becomes [`ColourMap::Polar`]; a fixed range that is not symmetric is
    /// one of values and not of differences, and becomes [`Range::Auto`].
    #[must_use]
    pub fn of_difference(&self) -> Self {
        let colours = if self.colours.is_diverging() { self.colours } else { ColourMap::Polar };
        let range = match self.range {
            Range::Fixed { low, high } if low != -high => Range::Auto,
            range => range,
        };
        Self { colours, range, ..*self }
    }

    /// Whether every number is one that can be drawn for this many channels.
    ///
    /// # Errors
    /// The first field that is not, with its value and what would be right.
    pub fn check(&self, channels: u32) -> Result<(), ViewError> {
        let wrong = |field: &'static str, value: String, right: String| Err(ViewError::Look { field, value, right });
        match self.quantity {
            Quantity::Channel(channel) if channel >= channels => {
                return wrong(
                    "quantity",
                    format!("Channel({channel})"),
                    format!("0 to {}", channels.saturating_sub(1)),
                );
            }
            _ => {}
        }
        match self.range {
            Range::Fixed { low, high } if !(low < high && (high - low).is_finite()) => {
                return wrong("range", format!("{low} to {high}"), "two finite numbers, low below high".to_owned());
            }
            Range::Spread(deviations) if !(deviations > 0.0 && deviations.is_finite()) => {
                return wrong("range", format!("Spread({deviations})"), "a finite number above 0".to_owned());
            }
            _ => {}
        }
        let bounded = [
            ("camera.yaw", self.camera.yaw, -1e6, 1e6),
            ("camera.pitch", self.camera.pitch, -89.0, 89.0),
            ("camera.zoom", self.camera.zoom, 0.1, 2000.0),
            ("opacity", self.opacity, 0.0, 20.0),
        ];
        match bounded.into_iter().find(|(_, value, low, high)| !(low..=high).contains(&value)) {
            Some((field, value, low, high)) => wrong(field, value.to_string(), format!("{low} to {high}")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_survives_its_file_and_unknown_fields_do_not_pass() {
        let look = Look { slices: Some([1, 2, 3]), range: Range::Fixed { low: -1.0, high: 2.0 }, ..Look::default() };
        let text = ron::to_string(&look).unwrap();
        assert_eq!(ron::from_str::<Look>(&text).unwrap(), look);
        assert_eq!(ron::from_str::<Look>("()").unwrap(), Look::default());
        assert!(ron::from_str::<Look>("(colour: Ember)").is_err());
    }

    #[test]
    fn what_cannot_be_drawn_is_named() {
        let cases = [
            (Look { quantity: Quantity::Channel(8), ..Look::default() }, "0 to 7"),
            (Look { range: Range::Fixed { low: 1.0, high: 1.0 }, ..Look::default() }, "low below high"),
            (Look { range: Range::Spread(f32::NAN), ..Look::default() }, "above 0"),
            (Look { opacity: f32::NAN, ..Look::default() }, "opacity"),
            (Look { camera: Camera { zoom: 0.0, ..Camera::default() }, ..Look::default() }, "camera.zoom"),
        ];
        for (look, part) in cases {
            let sentence = look.check(8).unwrap_err().to_string();
            assert!(sentence.contains(part), "{part:?} is not in {sentence:?}");
        }
        Look::default().check(8).unwrap();
    }

    #[test]
    fn a_difference_is_symmetric_about_zero() {
        let fixed = |low, high| Look { range: Range::Fixed { low, high }, ..Look::default() };
        assert_eq!(
            fixed(0.0, 3.0).of_difference(),
            Look { colours: ColourMap::Polar, range: Range::Auto, ..fixed(0.0, 3.0) }
        );
        assert_eq!(fixed(-2.0, 2.0).of_difference(), Look { colours: ColourMap::Polar, ..fixed(-2.0, 2.0) });
        assert_eq!(Look::default().of_difference().range, Range::Spread(4.0));
    }

    #[test]
    fn slices_stay_inside_the_cube() {
        assert_eq!(Look::default().slices_in(96), [48; 3]);
        assert_eq!(Look { slices: Some([3, 99, 15]), ..Look::default() }.slices_in(16), [3, 15, 15]);
    }
}
