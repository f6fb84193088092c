//! Bands of frequency: the published sets, spaced ones, and bands one by one.

use crate::sim::Refusal;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Most bands of a side.
pub const MOST: usize = 128;
/// The lowest edge that gPAC's bands are cut off at, in Hz.
const GPAC_LOWEST: f64 = 0.5;

/// Which of the two sides of a pair a band belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The slow wave, whose phase is taken.
    Phase,
    /// The fast wave, whose amplitude is taken.
    Amplitude,
}

impl Side {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Phase => "phase",
            Self::Amplitude => "amplitude",
        }
    }

    /// The range of centres that the published sets cover, in Hz.
    fn range(self) -> (f64, f64) {
        match self {
            Self::Phase => (2.0, 20.0),
            Self::Amplitude => (60.0, 160.0),
        }
    }

    /// Half the width of a published band over its centre.
    fn half_width(self) -> f64 {
        match self {
            Self::Phase => 0.25,
            Self::Amplitude => 0.125,
        }
    }
}

/// TensorPAC's sets by name, each of so many bands a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Resolution {
    /// 10 bands.
    Lres,
    /// 30 bands.
    Mres,
    /// 50 bands.
    Hres,
    /// 70 bands.
    Demon,
    /// 100 bands.
    Hulk,
}

impl Resolution {
    /// Every set with its name.
    pub const ALL: [(&'static str, Self); 5] = [
        ("lres", Self::Lres),
        ("mres", Self::Mres),
        ("hres", Self::Hres),
        ("demon", Self::Demon),
        ("hulk", Self::Hulk),
    ];

    fn count(self) -> usize {
        match self {
            Self::Lres => 10,
            Self::Mres => 30,
            Self::Hres => 50,
            Self::Demon => 70,
            Self::Hulk => 100,
        }
    }
}

/// Bands of one side, as a scene says them. Frequencies are in Hz.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Bands {
    /// One of TensorPAC's sets: centres at equal distances, edges at f ± f/4 for phase and f ± f/8 for amplitude.
    Tensorpac(Resolution),
    /// gPAC's: as TensorPAC's with so many bands, but cut off at the range of the centres.
    Gpac(u32),
    /// Centres at equal distances, all of one width; edges below 0.5 Hz are moved there.
    Linear {
        /// The lowest centre.
        from: f64,
        /// The highest centre.
        to: f64,
        /// How many.
        count: u32,
        /// Width of each.
        width: f64,
    },
    /// Centres at equal ratios, widths in proportion to them.
    Logarithmic {
        /// The lowest centre.
        from: f64,
        /// The highest centre.
        to: f64,
        /// How many.
        count: u32,
        /// Width over centre.
        relative_width: f64,
    },
    /// Lower and upper edges, band by band.
    Explicit(Vec<(f64, f64)>),
}

impl Default for Bands {
    fn default() -> Self {
        Self::Tensorpac(Resolution::Mres)
    }
}

/// A band from its lower to its upper edge, in Hz.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Lower edge.
    pub low: f64,
    /// Upper edge.
    pub high: f64,
}

impl Band {
    /// The middle between both edges.
    pub fn centre(self) -> f64 {
        0.5 * (self.low + self.high)
    }
}

impl Bands {
    /// The bands themselves, at most [`MOST`], every one between 0 and half the sampling rate.
    ///
    /// # Errors
    /// No band or too many of them, an edge that is no frequency, or one at or above half the rate, by its band.
    pub fn resolve(&self, side: Side, rate: f64) -> Result<Vec<Band>, Refusal> {
        let name = side.name();
        let bands = self.edges(side);
        if bands.is_empty() || bands.len() > MOST {
            return Err(Refusal(format!("{name}_bands: {} bands are outside 1 to {MOST}", bands.len())));
        }
        for Band { low, high } in &bands {
            if !(low.is_finite() && high.is_finite() && *low > 0.0 && low < high) {
                return Err(Refusal(format!(
                    "{name}_bands: {low} to {high} Hz is no band; edges are above 0 and the lower one stands first"
                )));
            }
            if *high >= 0.5 * rate {
                return Err(Refusal(format!(
                    "{name}_bands: the band {low} to {high} Hz reaches half the sampling rate, {} Hz; choose bands below it \
                     or a recording of a higher rate",
                    0.5 * rate
                )));
            }
        }
        Ok(bands)
    }

    fn edges(&self, side: Side) -> Vec<Band> {
        let (from, to) = side.range();
        let half = side.half_width();
        match self {
            Self::Tensorpac(resolution) => {
                centres(from, to, resolution.count()).map(|f| Band { low: f - half * f, high: f + half * f }).collect()
            }
            Self::Gpac(count) => centres(from, to, *count as usize)
                .map(|f| Band { low: (f - half * f).max(from).max(GPAC_LOWEST), high: (f + half * f).min(to) })
                .collect(),
            Self::Linear { from, to, count, width } => centres(*from, *to, *count as usize)
                .map(|f| Band { low: (f - 0.5 * width).max(GPAC_LOWEST), high: f + 0.5 * width })
                .collect(),
            Self::Logarithmic { from, to, count, relative_width } => centres(from.ln(), to.ln(), *count as usize)
                .map(f64::exp)
                .map(|f| Band { low: f - 0.5 * relative_width * f, high: f + 0.5 * relative_width * f })
                .collect(),
            Self::Explicit(edges) => edges.iter().map(|(low, high)| Band { low: *low, high: *high }).collect(),
        }
    }
}

/// As commands and the window write them: `mres`, `gpac:10`, `linear:FROM:TO:COUNT:WIDTH`, `log:FROM:TO:COUNT:WIDTH`, or
/// edges as `LOW-HIGH,LOW-HIGH`, all in Hz.
impl fmt::Display for Bands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tensorpac(set) => {
                let name = Resolution::ALL.iter().find(|(_, known)| known == set).map_or("", |(name, _)| name);
                f.write_str(name)
            }
            Self::Gpac(count) => write!(f, "gpac:{count}"),
            Self::Linear { from, to, count, width } => write!(f, "linear:{from}:{to}:{count}:{width}"),
            Self::Logarithmic { from, to, count, relative_width } => {
                write!(f, "log:{from}:{to}:{count}:{relative_width}")
            }
            Self::Explicit(edges) => {
                let edges: Vec<_> = edges.iter().map(|(low, high)| format!("{low}-{high}")).collect();
                f.write_str(&edges.join(","))
            }
        }
    }
}

/// A text is no set of bands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoBands;

/// What a set of bands is written as, for messages.
pub const BANDS_TEXT: &str = "lres, mres, hres, demon, hulk, gpac:COUNT, LOW-HIGH,LOW-HIGH,… or \
    linear:FROM:TO:COUNT:WIDTH or log:FROM:TO:COUNT:RELATIVE_WIDTH, in Hz";

impl FromStr for Bands {
    type Err = NoBands;

    fn from_str(text: &str) -> Result<Self, NoBands> {
        if let Some((_, set)) = Resolution::ALL.iter().find(|(name, _)| *name == text) {
            return Ok(Self::Tensorpac(*set));
        }
        spaced(text).or_else(|| explicit(text)).ok_or(NoBands)
    }
}

fn spaced(text: &str) -> Option<Bands> {
    let (kind, rest) = text.split_once(':').unwrap_or((text, "10"));
    if kind == "gpac" {
        return rest.parse().ok().map(Bands::Gpac);
    }
    let parts: Vec<&str> = rest.split(':').collect();
    let [from, to, count, width] = parts.as_slice() else { return None };
    let (from, to) = (from.parse().ok()?, to.parse().ok()?);
    let (count, width) = (count.parse().ok()?, width.parse().ok()?);
    match kind {
        "linear" => Some(Bands::Linear { from, to, count, width }),
        "log" => Some(Bands::Logarithmic { from, to, count, relative_width: width }),
        _ => None,
    }
}

fn explicit(text: &str) -> Option<Bands> {
    let edges = text.split(',').map(|band| {
        let (low, high) = band.split_once('-')?;
        Some((low.trim().parse().ok()?, high.trim().parse().ok()?))
    });
    edges.collect::<Option<Vec<_>>>().map(Bands::Explicit)
}

/// Equal distances from the first to the last; more than can be used is cut short by the caller's check.
fn centres(from: f64, to: f64, count: usize) -> impl Iterator<Item = f64> {
    let step = if count > 1 { (to - from) / (count - 1) as f64 } else { 0.0 };
    (0..count.min(MOST + 1)).map(move |index| from + step * index as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_bands_are_those_of_the_published_code() {
        let phase = Bands::Gpac(10).resolve(Side::Phase, 512.0).unwrap();
        let amplitude = Bands::Gpac(10).resolve(Side::Amplitude, 512.0).unwrap();
        let wanted = [
            (2.0, 2.5),
            (3.0, 5.0),
            (4.5, 7.5),
            (6.0, 10.0),
            (7.5, 12.5),
            (9.0, 15.0),
            (10.5, 17.5),
            (12.0, 20.0),
            (13.5, 20.0),
            (15.0, 20.0),
        ];
        for (band, (low, high)) in phase.iter().zip(wanted) {
            assert!((band.low - low).abs() < 1e-12 && (band.high - high).abs() < 1e-12, "{band:?}");
        }
        assert!((amplitude[0].low - 60.0).abs() < 1e-12 && (amplitude[0].high - 67.5).abs() < 1e-12);
        assert!((amplitude[9].low - 140.0).abs() < 1e-12 && (amplitude[9].high - 160.0).abs() < 1e-12);
        let phase = Bands::Tensorpac(Resolution::Mres).resolve(Side::Phase, 512.0).unwrap();
        assert_eq!(phase.len(), 30);
        assert_eq!((phase[0].low, phase[29].high), (1.5, 25.0));
        let amplitude = Bands::Tensorpac(Resolution::Hulk).resolve(Side::Amplitude, 512.0).unwrap();
        assert_eq!((amplitude.len(), amplitude[0].low, amplitude[99].high), (100, 52.5, 180.0));
    }

    #[test]
    fn bands_are_read_as_they_are_written() {
        for bands in [
            Bands::Tensorpac(Resolution::Demon),
            Bands::Gpac(10),
            Bands::Linear { from: 2.0, to: 20.5, count: 30, width: 2.0 },
            Bands::Logarithmic { from: 2.0, to: 20.0, count: 12, relative_width: 0.25 },
            Bands::Explicit(vec![(4.0, 8.0), (8.5, 12.0)]),
        ] {
            assert_eq!(bands.to_string().parse(), Ok(bands));
        }
        assert_eq!("gpac".parse(), Ok(Bands::Gpac(10)));
        for text in ["", "4", "4-", "mres2", "linear:1:2:3", "linear:1:2:-3:4", "log:a:2:3:4", "8-12,x-3"] {
            assert_eq!(text.parse::<Bands>(), Err(NoBands), "{text}");
        }
    }

    #[test]
    fn a_band_that_cannot_be_is_named() {
        let refused = |bands: Bands, rate| bands.resolve(Side::Amplitude, rate).unwrap_err().0;
        let sentence = refused(Bands::Explicit(vec![(30.0, 45.0), (100.0, 128.0)]), 256.0);
        assert!(sentence.starts_with("amplitude_bands: the band 100 to 128 Hz reaches half the sampling rate, 128 Hz"));
        assert!(refused(Bands::Explicit(vec![(45.0, 30.0)]), 512.0).contains("45 to 30 Hz is no band"));
        assert!(refused(Bands::Explicit(vec![(f64::NAN, 30.0)]), 512.0).contains("is no band"));
        assert!(refused(Bands::Explicit(Vec::new()), 512.0).contains("0 bands are outside 1 to 128"));
        assert!(refused(Bands::Gpac(u32::MAX), 512.0).contains("129 bands"));
        let logarithmic = Bands::Logarithmic { from: 0.0, to: 4.0, count: 3, relative_width: 0.2 };
        assert!(logarithmic.resolve(Side::Phase, 512.0).is_err());
    }
}
