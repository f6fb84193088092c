//! What the field says of itself: published system, section 1.2 step 9.

use super::shape::{Shape, mean_of, site_variances};

/// The figures of one cycle, taken after the clamp.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Telemetry {
    /// ⟨|F|⟩.
    pub energy: f64,
    /// ⟨F⟩.
    pub mean: f64,
    /// The population variance of F over everything.
    pub variance: f64,
    /// The mean over the sites of the unbiased variance over the channels.
    pub site_variance: f64,
    /// The mean prediction error ē; 0 without a prediction.
    pub error: f64,
    /// Whether the field explored.
    pub explore: bool,
    /// The comforts.
    pub comfort: Comfort,
}

/// How far the field is from where it strives: 1 is best.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comfort {
    /// 1 − |⟨F⟩ − 0.1| / 0.1; can go far below 0.
    pub resting: f64,
    /// min(1, mean site variance / 0.05).
    pub variance: f64,
    /// min(1, ⟨|F|⟩ / 0.1).
    pub activity: f64,
    /// The least of the three.
    pub overall: f64,
}

/// The field's state in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motivation {
    /// Energy below 0.05.
    Starved,
    /// Mean site variance below 0.01.
    Bored,
    /// Overall comfort above 0.8.
    Content,
    /// Overall comfort below 0.3.
    Uncomfortable,
    /// None of the others.
    Active,
}

impl Telemetry {
    /// Measures a field; `error` and `explore` are the cycle's.
    pub fn of(field: &[f64], shape: Shape, error: f64, explore: bool) -> Self {
        let energy = mean_of(field, shape, f64::abs);
        let mean = mean_of(field, shape, |value| value);
        let variance = mean_of(field, shape, |value| (value - mean).powi(2));
        let site_variance = site_variances(field, shape).iter().sum::<f64>() / shape.volume() as f64;
        let comfort = Comfort::of(energy, mean, site_variance);
        Self { energy, mean, variance, site_variance, error, explore, comfort }
    }

    /// The word for these figures; the first that holds, in the order of [`Motivation`].
    pub fn motivation(&self) -> Motivation {
        if self.energy < 0.05 {
            Motivation::Starved
        } else if self.site_variance < 0.01 {
            Motivation::Bored
        } else if self.comfort.overall > 0.8 {
            Motivation::Content
        } else if self.comfort.overall < 0.3 {
            Motivation::Uncomfortable
        } else {
            Motivation::Active
        }
    }
}

impl Comfort {
    /// The comforts from ⟨|F|⟩, ⟨F⟩ and the mean site variance.
    pub fn of(energy: f64, mean: f64, site_variance: f64) -> Self {
        let resting = 1.0 - (mean - 0.1).abs() / 0.1;
        let variance = (site_variance / 0.05).min(1.0);
        let activity = (energy / 0.1).min(1.0);
        Self { resting, variance, activity, overall: resting.min(variance).min(activity) }
    }
}
