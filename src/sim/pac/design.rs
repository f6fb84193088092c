//! What follows from a model and its signal before anything runs: bands, lengths, tables.

use super::bands::{Band, Side};
use super::filters::{self, Filter, Response};
use super::fourier::{LONGEST, divisor, fast_length};
use super::params::{MOST_CHANNELS, Method, Needs, PacModel};
use crate::sim::{Refusal, Stretch};
use std::ops::Range;
use std::sync::Arc;

/// The signal that is analysed: channels of one rate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Input {
    /// Samples a second.
    pub rate: f64,
    /// Names of the channels.
    pub names: Vec<String>,
    /// Names of all channels that the recording has.
    pub known: Vec<String>,
    /// Unit of the channels; empty where they have none, or several.
    pub unit: String,
    /// Remarks on the recording, and spans of channels that are excluded, in seconds.
    pub stretches: Vec<Stretch>,
    /// Samples of a channel.
    pub total: usize,
    /// Channel by channel; none where they are made on the device.
    pub samples: Arc<[f32]>,
    /// A bit a sample, a row of whole words a channel: 1 where it is excluded. None where nothing is.
    pub excluded: Option<Arc<[u32]>>,
}

/// Bands of one side with their weights.
#[derive(Clone, Debug, PartialEq)]
pub struct BandSide {
    /// The bands.
    pub bands: Vec<Band>,
    /// Their weights, over the transform's length.
    pub responses: Vec<Response>,
    /// Bins that are kept where only those that four neighbouring bands span are transformed.
    pub pruned: usize,
}

impl BandSide {
    /// Groups of four bands.
    pub fn groups(&self) -> u32 {
        self.bands.len().div_ceil(4) as u32
    }

    /// Bins from the first to the last one of every group of four bands.
    pub fn spans(&self) -> Vec<Range<usize>> {
        spans(&self.responses)
    }
}

/// Everything that is known beforehand.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    /// The signal.
    pub input: Input,
    /// Samples of the window.
    pub window: usize,
    /// Points of the transform.
    pub length: usize,
    /// Samples by which the window is extended on either side.
    pub before: usize,
    /// Points of a Hilbert transform of its own, where there is one.
    pub hilbert: Option<usize>,
    /// The bands of phase.
    pub phase: BandSide,
    /// The bands of amplitude.
    pub amplitude: BandSide,
    /// What a user should know: filters that the window cut short.
    pub warnings: Vec<String>,
}

impl Design {
    /// Works everything out.
    ///
    /// # Errors
    /// A window that the signal does not hold or that is too short or too long, or bands that cannot be.
    pub fn new(model: &PacModel, input: Input) -> Result<Self, Refusal> {
        let rate = input.rate;
        if !(rate.is_finite() && rate > 0.0) {
            return Err(Refusal(format!("rate = {rate} Hz is no sampling rate; give the recording's")));
        }
        if input.names.is_empty() || input.names.len() > MOST_CHANNELS {
            let count = input.names.len();
            return Err(Refusal(format!(
                "channels: {count} channels are outside 1 to {MOST_CHANNELS}; name those to analyse"
            )));
        }
        let window = (model.window * rate).round() as usize;
        if window > input.total {
            let seconds = input.total as f64 / rate;
            return Err(Refusal(format!(
                "window = {} s is longer than the recording, which holds {seconds:.3} s; choose a shorter one",
                model.window
            )));
        }
        let bands = |bands: &super::bands::Bands, side| bands.resolve(side, rate);
        let phase = bands(&model.phase_bands, Side::Phase)?;
        let amplitude = bands(&model.amplitude_bands, Side::Amplitude)?;
        let lowest = phase.iter().chain(&amplitude).fold(f64::INFINITY, |lowest, band| lowest.min(band.low));
        if window < 16 || (window as f64) < rate / lowest {
            return Err(Refusal(format!(
                "window = {:.4} s holds {window} samples, less than one cycle of {lowest} Hz, the lowest edge of a band; \
                 choose a longer window or higher bands",
                window as f64 / rate
            )));
        }
        let before = extension(model.filter, rate, window, [&phase, &amplitude]);
        let length = fast_length(window + 2 * before);
        if length > LONGEST {
            return Err(Refusal(format!(
                "window = {} s holds {window} samples; at most {} can be transformed at once, choose a shorter window",
                model.window,
                LONGEST - 2 * before
            )));
        }
        let own_hilbert = model.filter != Filter::Spectral || model.method.needs() == Needs::BothDirections;
        let warnings = warnings(model, rate, window, &phase, &amplitude);
        let taps = filters::gpac_taps(phase.iter().chain(&amplitude), rate);
        let side = |bands: Vec<Band>, side: Side| {
            let responses: Vec<_> = bands
                .iter()
                .map(|band| match model.filter {
                    Filter::Spectral => filters::spectral(*band, rate, length),
                    Filter::Fir => {
                        let (order, _) = filters::fir_order(rate, window, *band, side);
                        filters::forwards_and_backwards(&filters::fir(order, *band, rate), length)
                    }
                    Filter::Gpac => filters::forwards_and_backwards(&filters::gpac(*band, rate, taps), length),
                })
                .collect();
            let widest = spans(&responses).iter().map(Range::len).max().unwrap_or(1);
            // Products of a bin and a place stay below 2³².
            let least = (length * length) >> 32;
            BandSide { bands, responses, pruned: divisor(length, widest.max(least).max(2)) }
        };
        let phase = side(phase, Side::Phase);
        let amplitude = side(amplitude, Side::Amplitude);
        let hilbert = own_hilbert.then(|| fast_length(window));
        Ok(Self { input, window, length, before, hilbert, phase, amplitude, warnings })
    }

    /// Channels.
    pub fn channels(&self) -> u32 {
        self.input.names.len() as u32
    }

    /// Pairs of bands.
    pub fn pairs(&self) -> u64 {
        (self.phase.bands.len() * self.amplitude.bands.len()) as u64
    }

    /// The bands of a side.
    pub fn side(&self, side: Side) -> &BandSide {
        match side {
            Side::Phase => &self.phase,
            Side::Amplitude => &self.amplitude,
        }
    }

    /// Whether any sample of the signal is excluded.
    pub fn excludes(&self) -> bool {
        self.input.excluded.is_some()
    }

    /// Whether surrogates of a method need its phase bins.
    pub fn has_bins(method: Method) -> bool {
        method.needs() == Needs::Bins
    }
}

fn spans(responses: &[Response]) -> Vec<Range<usize>> {
    let span = |group: &[Response]| {
        let first = group.iter().map(|response| response.first).min().unwrap_or(0);
        let end = group.iter().map(|response| response.first + response.weights.len()).max().unwrap_or(first);
        first..end
    };
    responses.chunks(4).map(span).collect()
}

/// Samples by which a filter reaches beyond the window on either side.
fn extension(filter: Filter, rate: f64, window: usize, sides: [&[Band]; 2]) -> usize {
    match filter {
        Filter::Spectral => 0,
        Filter::Fir => {
            let both = [Side::Phase, Side::Amplitude].into_iter().zip(sides);
            let orders = both.flat_map(|(side, bands)| {
                bands.iter().map(move |band| filters::fir_order(rate, window, *band, side).0)
            });
            orders.max().unwrap_or(0)
        }
        Filter::Gpac => filters::gpac_taps(sides.into_iter().flatten(), rate),
    }
}

/// What TensorPAC does in silence: a window too short for a filter shortens the filter.
fn warnings(model: &PacModel, rate: f64, window: usize, phase: &[Band], amplitude: &[Band]) -> Vec<String> {
    let mut found = Vec::new();
    let lowest = phase.iter().fold(f64::INFINITY, |lowest, band| lowest.min(band.low));
    let cycles = window as f64 / rate * lowest;
    if cycles < 3.0 {
        found.push(format!(
            "the window holds {cycles:.1} cycles of {lowest} Hz, the lowest edge of the phase bands; below three, coupling \
             there means little"
        ));
    }
    if model.filter == Filter::Fir {
        for (side, bands) in [(Side::Phase, phase), (Side::Amplitude, amplitude)] {
            let cut: Vec<_> = bands.iter().filter(|band| filters::fir_order(rate, window, **band, side).1).collect();
            if let Some(first) = cut.first() {
                found.push(format!(
                    "the window of {window} samples is too short for the filters of {} of {} {} bands, the first {} to {} Hz: \
                     their order is cut to {}",
                    cut.len(),
                    bands.len(),
                    side.name(),
                    first.low,
                    first.high,
                    filters::fir_order(rate, window, **first, side).0
                ));
            }
        }
    }
    found
}
