//! The memory: the signal, tables, what is made of a channel's window, and the maps.

use super::design::Design;
use super::kernels::PacFigures;
use super::params::{Method, Needs, PacModel, Surrogate, Switches};
use super::shifts::Correlation;
use crate::sim::{Array, BufferId, BufferRequest, Element, Slab, State};

/// Names of the buffers.
pub mod buffer {
    use crate::sim::BufferId;

    const fn named(name: &'static str) -> BufferId {
        BufferId { name, index: 0 }
    }

    /// The recording, or the generator's window: f32, channel by channel.
    pub const SAMPLES: BufferId = named("samples");
    /// A bit a sample of the recording: 1 where it is excluded.
    pub const EXCLUDED: BufferId = named("excluded");
    /// Where each sample of the window is kept.
    pub const RANKS: BufferId = named("ranks");
    /// Samples of the window that are kept, channel by channel.
    pub const VALID: BufferId = named("valid");
    /// Phase bins, four bands to a word.
    pub const BINS: BufferId = named("bins");
    /// e^(iφ) of the phase bands.
    pub const DIRECTIONS: BufferId = named("directions");
    /// Amplitudes, or directions of the envelopes.
    pub const AMPLITUDES: BufferId = named("amplitudes");
    /// Samples of every bin.
    pub const COUNTS: BufferId = named("counts");
    /// Samples of every stretch of the window by their bins.
    pub const ORDER: BufferId = named("order");
    /// Where bins begin in the order.
    pub const STARTS: BufferId = named("starts");
    /// Sums of amplitudes over bins, stretch by stretch of the window.
    pub const PARTIAL_SUMS: BufferId = named("partial sums");
    /// The regression's expansion.
    pub const EXPANSION: BufferId = named("expansion");
    /// Sums of amplitudes over bins.
    pub const SUMS: BufferId = named("sums");
    /// The same of a surrogate.
    pub const SURROGATE_SUMS: BufferId = named("sums of a surrogate");
    /// TensorPAC's counts.
    pub const POOLED: BufferId = named("pooled counts");
    /// The map.
    pub const MAP: BufferId = named("map");
    /// Maps of surrogates.
    pub const SURROGATE_MAPS: BufferId = named("maps of surrogates");
    /// Running figures over surrogates.
    pub const RUNNING: BufferId = named("running figures");
    /// z of every pair.
    pub const Z: BufferId = named("z");
    /// p of every pair.
    pub const P: BufferId = named("p");
    /// Mean of every pair's surrogates.
    pub const MEANS: BufferId = named("means of surrogates");
    /// Which trial's amplitudes a surrogate takes.
    pub const PERMUTATION: BufferId = named("permutation");
    /// How far surrogates move amplitudes, as parts of the window.
    pub const MOVED: BufferId = named("parts moved");
    /// Spectra of the indicators of phase bins.
    pub const INDICATORS: BufferId = named("spectra of bins");
    /// Spectra of a channel's amplitudes.
    pub const AMPLITUDE_SPECTRA: BufferId = named("spectra of amplitudes");
    /// Centres of the bands, Hz.
    pub const CENTRES: BufferId = named("centres");
    /// The largest coupling of every channel in the last windows, as a ring.
    pub const HISTORY: BufferId = named("history");
    /// Traces of what is pointed at: the recording, the band of phase, the band of amplitude and its envelope.
    pub const TRACES: BufferId = named("traces");
    /// Where the peak of the channel that is pointed at is, as a mark.
    pub const PEAK: BufferId = named("peak");
    /// Amplitude over the phase bins of the pair that is pointed at, 1 in all.
    pub const DISTRIBUTION: BufferId = named("distribution");
    /// The probe buffer.
    pub const FIGURES: BufferId = named("figures");
    /// One step of a transform reads one and writes the other: spectra of channels, and signals of bands.
    pub const fn spectrum(index: u32) -> BufferId {
        BufferId { name: "spectrum", index }
    }

    /// As [`spectrum`], for bands.
    pub const fn work(index: u32) -> BufferId {
        BufferId { name: "work", index }
    }

    /// Roots of unity of the transform, of the Hilbert transform of its own, and of the cross-correlation.
    pub const fn twiddles(index: u32) -> BufferId {
        BufferId { name: "twiddles", index }
    }

    /// Where a band's weights are: of phase, of amplitude.
    pub const fn bands(index: u32) -> BufferId {
        BufferId { name: "bands", index }
    }

    /// Weights of phase bands, of amplitude bands.
    pub const fn weights(index: u32) -> BufferId {
        BufferId { name: "weights", index }
    }

    /// Arrays that nothing reads: filtered, analytic, phase, amplitude.
    pub const fn part(index: u32) -> BufferId {
        BufferId { name: "kept parts", index }
    }
}

/// Windows whose peaks are kept; `WINDOWS` in `shaders/pac/history.wgsl`.
pub const WINDOWS: u32 = 256;
/// Samples of the window that are sorted and summed up at once; `STRETCH` in `shaders/pac/shared.wgsl`.
const STRETCH: usize = 2048;
/// Places of a stretch's list of samples; `LISTED` in the same file.
const LISTED: u64 = STRETCH as u64 + 72;
/// Words of a row of bin starts: 18 starts, the last one's end, an unused one.
const STARTS_ROW: u64 = 20;
/// Bytes of four complex numbers.
const FOUR: u64 = 32;

/// Stretches of the window that are summed up side by side.
pub fn stretches(design: &Design) -> u32 {
    design.window.div_ceil(STRETCH) as u32
}

/// Channels that are in memory at once.
pub fn taken(design: &Design, switches: Switches) -> u32 {
    if switches.chunked { 1 } else { design.channels() }
}

/// The memory under these switches. Arrays: `map`, `z`, `p` and `surrogates`, their mean, of shape [channels, amplitude
/// bands, phase bands], and the sums behind the map.
pub fn state(model: &PacModel, design: &Design, switches: Switches) -> State {
    let mut state = State::default();
    let mut add = |id: BufferId, bytes: u64| state.buffers.push(BufferRequest { id, bytes: bytes.max(4) });
    let channels = u64::from(design.channels());
    let taken = u64::from(taken(design, switches));
    let (window, length) = (design.window as u64, design.length as u64);
    let (phases, fast) = (design.phase.bands.len() as u64, design.amplitude.bands.len() as u64);
    let groups = [&design.phase, &design.amplitude].map(|side| u64::from(side.groups()));
    let total = if model.generator().is_some() { window } else { design.input.total as u64 };
    add(buffer::SAMPLES, 4 * channels * total);
    if design.excludes() {
        add(buffer::EXCLUDED, 4 * channels * total.div_ceil(32));
        add(buffer::RANKS, 4 * channels * window);
    }
    add(buffer::VALID, 4 * channels);
    let correlation = Correlation::of(model, design);
    let correlated = correlation.as_ref().filter(|_| switches.all_shifts_fft);
    for index in 0..2 {
        let longest = length.max(design.hilbert.unwrap_or(0) as u64);
        add(buffer::spectrum(index), FOUR * channels.div_ceil(4) * length);
        let bands = FOUR * taken * groups[0].max(groups[1]) * longest;
        let correlated = correlated.map_or(0, |of| of.row_bytes() * u64::from(of.pairs) * groups[1]);
        add(buffer::work(index), bands.max(correlated));
    }
    add(buffer::twiddles(0), 8 * length);
    if let Some(hilbert) = design.hilbert {
        add(buffer::twiddles(1), 8 * hilbert as u64);
    }
    for (index, side) in [&design.phase, &design.amplitude].into_iter().enumerate() {
        let weights: usize = side.spans().iter().map(std::ops::Range::len).sum();
        add(buffer::bands(index as u32), 16 * groups[index]);
        add(buffer::weights(index as u32), 16 * weights as u64);
    }
    add_signals(&mut add, model.method, design, switches);
    if !switches.no_copies {
        for (index, bytes) in [16, 32, 16, 16].into_iter().enumerate() {
            add(buffer::part(index as u32), bytes * taken * groups[0].max(groups[1]) * window);
        }
    }
    let maps = 4 * channels * phases * fast;
    add(buffer::MAP, maps);
    add(buffer::CENTRES, 4 * (phases + fast));
    add(buffer::FIGURES, size_of::<PacFigures>() as u64);
    add(buffer::HISTORY, 4 * channels * u64::from(WINDOWS));
    add(buffer::TRACES, 16 * window);
    add(buffer::PEAK, 32);
    if model.method.has_distribution() {
        add(buffer::DISTRIBUTION, 72);
    }
    if model.surrogates > 0 {
        let stored = if switches.lazy_surrogates { 1 } else { u64::from(model.surrogates) };
        add(buffer::SURROGATE_MAPS, stored * maps);
        add(buffer::RUNNING, 4 * maps);
        add(buffer::Z, maps);
        add(buffer::P, maps);
        add(buffer::MEANS, maps);
        if let Surrogate::TrialPermutation(trials) = model.surrogate {
            add(buffer::PERMUTATION, 4 * u64::from(model.surrogates) * u64::from(trials));
        }
        if let Some(of) = &correlation {
            add(buffer::twiddles(2), 8 * of.length as u64);
            add(buffer::MOVED, 4 * u64::from(model.surrogates));
        }
        if let Some(of) = correlated {
            add(buffer::INDICATORS, of.row_bytes() * u64::from(of.pairs.div_ceil(4)));
            add(buffer::AMPLITUDE_SPECTRA, of.row_bytes() * groups[1]);
        }
        if model.method.has_distribution() {
            // With a cross-correlation, those of many surrogates of one channel.
            let kept = correlated.map_or(taken, |of| u64::from(of.surrogates));
            add(buffer::SURROGATE_SUMS, sums_bytes(design, kept));
        }
    }
    add_arrays(&mut state, model, design);
    state
}

/// Bytes of the sums over bins of so many channels.
pub fn sums_bytes(design: &Design, channels: u64) -> u64 {
    16 * channels * design.phase.bands.len() as u64 * 18 * u64::from(design.amplitude.groups())
}

/// What is made of the window for a method.
fn add_signals(add: &mut impl FnMut(BufferId, u64), method: Method, design: &Design, switches: Switches) {
    let channels = u64::from(design.channels());
    let taken = u64::from(taken(design, switches));
    let window = design.window as u64;
    let phases = design.phase.bands.len() as u64;
    let [slow, fast] = [&design.phase, &design.amplitude].map(|side| u64::from(side.groups()));
    let amplitude = match method.needs() {
        Needs::BothDirections => FOUR,
        _ if switches.half_amplitude => 8,
        _ => 16,
    };
    // A row of zeros behind them: what fills up the lists of samples.
    add(buffer::AMPLITUDES, amplitude * (taken * window + 1) * fast);
    match method.needs() {
        Needs::Bins => {
            add(buffer::BINS, 4 * channels * slow * window);
            add(buffer::COUNTS, 4 * channels * phases * 18);
            add(buffer::SUMS, sums_bytes(design, channels));
            add(buffer::POOLED, 80);
            let lists = taken * phases * u64::from(stretches(design));
            if switches.scatter_bins {
                add(buffer::ORDER, 4 * lists * LISTED);
                add(buffer::STARTS, 4 * lists * STARTS_ROW);
            }
            if switches.scatter_bins && stretches(design) > 1 {
                add(buffer::PARTIAL_SUMS, u64::from(stretches(design)) * sums_bytes(design, taken));
            }
            if !switches.scatter_bins {
                add(buffer::EXPANSION, expansion_bytes(design, switches));
            }
        }
        Needs::SoftBins => {
            add(buffer::DIRECTIONS, FOUR * taken * window * slow);
            // A map of sums asks for no counts, and binds them.
            add(buffer::COUNTS, 4 * channels * phases * 18);
            add(buffer::SUMS, sums_bytes(design, channels));
            add(buffer::POOLED, 80);
        }
        Needs::Directions | Needs::BothDirections => add(buffer::DIRECTIONS, FOUR * taken * window * slow),
    }
}

/// Bytes of the one-hot expansion: a number for every pair, time and bin.
pub fn expansion_bytes(design: &Design, switches: Switches) -> u64 {
    4 * u64::from(taken(design, switches)) * design.pairs() * design.window as u64 * 18
}

fn add_arrays(state: &mut State, model: &PacModel, design: &Design) {
    let shape = vec![design.input.names.len(), design.amplitude.bands.len(), design.phase.bands.len()];
    let channels = design.input.names.len();
    let total = if model.generator().is_some() { design.window } else { design.input.total };
    let mut names = vec![("map", buffer::MAP, shape.clone()), ("samples", buffer::SAMPLES, vec![channels, total])];
    if model.surrogates > 0 {
        names.push(("z", buffer::Z, shape.clone()));
        names.push(("p", buffer::P, shape.clone()));
        names.push(("surrogates", buffer::MEANS, shape));
    }
    names.push(("history", buffer::HISTORY, vec![channels, WINDOWS as usize]));
    names.push(("traces", buffer::TRACES, vec![4, design.window]));
    names.push(("peak", buffer::PEAK, vec![2, 4]));
    if model.method.has_distribution() {
        names.push(("distribution", buffer::DISTRIBUTION, vec![18]));
    }
    if model.method.has_distribution() {
        let groups = design.amplitude.groups() as usize;
        let shape = vec![design.input.names.len() * design.phase.bands.len() * 18, 4 * groups];
        names.push(("sums", buffer::SUMS, shape));
    }
    for (name, buffer, shape) in names {
        let bytes = 4 * shape.iter().product::<usize>() as u64;
        let slabs = vec![Slab { buffer, bytes }];
        state.arrays.push(Array { name, shape, element: Element::F32, slabs, pending: None });
    }
}
