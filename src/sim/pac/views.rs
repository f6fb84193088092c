//! What there is to look at: the comodulogram and what it is made from. Pointing at it chooses a pair of bands, and
//! pointing at the signals a channel.

use super::Pac;
use super::bands::Band;
use super::design::Design;
use super::layout::WINDOWS;
use crate::sim::{Axis, Content, Marks, Outline, Picture, Stretch, Table, Values};

/// Phase bins over a full turn.
const BINS: u32 = 18;
/// Signals that are shown at once.
const LANES: u32 = 8;

/// Cycles of the slow wave that its traces show.
const CYCLES: f64 = 12.0;
/// Remarks and excluded spans that a picture shows at once.
const STRETCHES: usize = 64;

/// The channel, and the bands as parts of the axes, that are looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pointed {
    channel: u32,
    /// Across and upwards, both in [0, 1].
    pair: [f32; 2],
}

impl Default for Pointed {
    fn default() -> Self {
        // Of the usual bands: theta and fast gamma.
        Self { channel: 0, pair: [0.25, 0.42] }
    }
}

impl Pointed {
    /// After the pointer was at this place of a picture, from its left and from its top.
    pub fn moved(self, design: &Design, picture: &str, [across, down]: [f32; 2]) -> Self {
        match picture {
            "signals" => {
                let lanes = lanes(design);
                let lane = ((down * lanes as f32) as u32).min(lanes - 1);
                Self { channel: self.first_lane(design) + lane, ..self }
            }
            "comodulogram" | "z" | "p" => Self { pair: [across, 1.0 - down], ..self },
            _ => self,
        }
    }

    /// The channels that are shown are eight neighbours.
    fn first_lane(self, design: &Design) -> u32 {
        let last = channels(design).saturating_sub(LANES);
        (self.channel / LANES * LANES).min(last)
    }

    /// The channel.
    pub fn channel(self) -> u32 {
        self.channel
    }

    /// Which phase band and which amplitude band.
    pub fn bands(self, design: &Design) -> [u32; 2] {
        let counts = [design.phase.bands.len(), design.amplitude.bands.len()];
        [0, 1].map(|side| ((self.pair[side] * counts[side] as f32) as u32).min(counts[side].saturating_sub(1) as u32))
    }
}

fn channels(design: &Design) -> u32 {
    design.input.names.len() as u32
}

fn lanes(design: &Design) -> u32 {
    channels(design).clamp(1, LANES)
}

/// All pictures of an analysis.
pub fn pictures(pac: &Pac) -> Vec<Picture> {
    let about = "coupling of every phase band with every amplitude band; click a pair to see what it is made of";
    let mut comodulogram = map(pac, "comodulogram", "map", about, Values::Any);
    comodulogram = comodulogram.with_marks(Marks { name: "peak", array: "peak", lanes: 1, moments: 1 });
    if pac.model.surrogates > 0 {
        let table = table_of_channel(pac, "p");
        comodulogram = comodulogram.with_outline(Outline { name: "p < 0.05", table, below: 0.05 });
    }
    let mut all = vec![comodulogram];
    all.extend(pac.model.method.has_distribution().then(|| distribution(pac)));
    all.extend([slow_wave(pac), fast_wave(pac), signals(pac), history(pac)]);
    if pac.model.surrogates > 0 {
        let about = "how far the coupling is from its surrogates, in their standard deviations";
        all.push(map(pac, "z", "z", about, Values::Signed));
        let about = "part of the surrogates whose largest coupling is at least as large";
        all.push(map(pac, "p", "p", about, Values::Within(0.0, 1.0)));
    }
    all
}

/// The window, what of it is excluded, and the pair, as one line.
pub fn caption(pac: &Pac) -> String {
    let design = &pac.design;
    let channel = design.input.names.get(pac.pointed.channel as usize).cloned().unwrap_or_default();
    let [from, to] = seconds(pac);
    let overlap = |of: &Stretch| (of.to.min(to) - of.from.max(from)).max(0.0);
    let own = design.input.stretches.iter().filter(|of| of.row == Some(pac.pointed.channel));
    let excluded = 100.0 * own.map(overlap).sum::<f64>() / (to - from);
    let excluded = if excluded > 0.0 { format!(" · {excluded:.1} % excluded") } else { String::new() };
    let whole = match pac.model.generator() {
        Some(_) => String::new(),
        None => format!(" of {:.1} s", design.input.total as f64 / design.input.rate),
    };
    format!("{channel} · {from:.2} to {to:.2} s{whole}{excluded} · {}", pair(pac))
}

/// The pair that is pointed at, in words.
fn pair(pac: &Pac) -> String {
    let [slow, fast] = hertz(pac);
    format!("{slow:.1} Hz and {fast:.1} Hz")
}

/// Centres of the bands that are pointed at.
fn hertz(pac: &Pac) -> [f64; 2] {
    let [phase, amplitude] = pac.pointed.bands(&pac.design);
    let centre = |bands: &[Band], band: u32| bands.get(band as usize).map_or(f64::NAN, |it| it.centre());
    [centre(&pac.design.phase.bands, phase), centre(&pac.design.amplitude.bands, amplitude)]
}

/// Where the last window begins and ends.
fn seconds(pac: &Pac) -> [f64; 2] {
    let start = pac.stands() as f64 / pac.design.input.rate;
    [start, start + pac.design.window as f64 / pac.design.input.rate]
}

/// A map's numbers of the channel that is pointed at.
fn table_of_channel(pac: &Pac, array: &'static str) -> Table {
    let design = &pac.design;
    let [columns, rows] = [design.phase.bands.len(), design.amplitude.bands.len()].map(|count| count as u32);
    Table { first: pac.pointed.channel * columns * rows, ..Table::whole(array, rows, columns) }
}

fn map(pac: &Pac, name: &'static str, array: &'static str, about: &'static str, values: Values) -> Picture {
    let design = &pac.design;
    let table = table_of_channel(pac, array);
    let channel = design.input.names.get(pac.pointed.channel as usize).cloned().unwrap_or_default();
    let centres = |bands: &[Band]| bands.iter().map(|band| band.centre()).collect();
    let x = Axis::at(format!("phase frequency, Hz ({channel})"), centres(&design.phase.bands));
    let y = Axis::at("amplitude frequency, Hz", centres(&design.amplitude.bands));
    Picture::new(name, about, values, Content::Map { table, x, y }).with_pointed(pac.pointed.bands(design))
}

/// The amplitude of the chosen pair by phase bin.
fn distribution(pac: &Pac) -> Picture {
    let content = Content::Sectors { table: Table::whole("distribution", 1, BINS), title: pair(pac) };
    let about = "mean amplitude in each of 18 phase bins of the pair that was pointed at, 1 in all";
    Picture::new("distribution", about, Values::Any, content)
}

/// A pair of rows of the traces, for so many cycles of the slow wave from the window's beginning.
fn traces(pac: &Pac, first: u32, names: [String; 2]) -> Content {
    let window = pac.design.window as u32;
    let samples = (CYCLES / hertz(pac)[0] * pac.design.input.rate) as u32;
    let columns = samples.clamp(2, window.max(2)).min(window);
    let table = Table { first: first * window, columns, ..Table::whole("traces", 2, window) };
    let [from, _] = seconds(pac);
    let to = from + f64::from(columns) / pac.design.input.rate;
    let x = Axis::even("time, s", from, to);
    Content::Traces { table, names: names.into(), x, y: pac.design.input.unit.clone(), lanes: false }
}

fn slow_wave(pac: &Pac) -> Picture {
    let names = ["recording".to_owned(), format!("{:.1} Hz", hertz(pac)[0])];
    let about = "the channel, and the band whose phase is taken";
    Picture::new("slow wave", about, Values::Any, traces(pac, 0, names))
}

fn fast_wave(pac: &Pac) -> Picture {
    let names = [format!("{:.1} Hz", hertz(pac)[1]), "envelope".to_owned()];
    let about = "the band whose amplitude is taken, and that amplitude";
    Picture::new("fast wave", about, Values::Any, traces(pac, 2, names))
}

/// The peak of the channel in the last windows.
fn history(pac: &Pac) -> Picture {
    let done = pac.next_cycle.saturating_sub(1);
    let table = Table {
        first: pac.pointed.channel * WINDOWS,
        turned: (done % u64::from(WINDOWS)) as u32,
        ..Table::whole("history", 1, WINDOWS)
    };
    let (step, title) = match pac.model.advance {
        0.0 => (1.0, "windows before the last"),
        advance => (advance, "seconds before the last window"),
    };
    let content = Content::Traces {
        table,
        names: vec!["peak".to_owned()],
        x: Axis::even(title, -(f64::from(WINDOWS) - 0.5) * step, 0.5 * step),
        y: "coupling".to_owned(),
        lanes: false,
    };
    Picture::new("peak over time", "the largest coupling of the channel, window by window", Values::Any, content)
}

/// The window of eight channels as it is.
fn signals(pac: &Pac) -> Picture {
    let design = &pac.design;
    let window = design.window as u32;
    let is_generator = pac.model.generator().is_some();
    let total = if is_generator { window } else { design.input.total as u32 };
    let first = if is_generator { 0 } else { pac.stands() as u32 };
    let lane = pac.pointed.first_lane(design);
    let lanes = lanes(design);
    let table = Table {
        first: lane * total + first,
        columns: window,
        steps: [1, total],
        ..Table::whole("samples", lanes, window)
    };
    let names = (lane..lane + lanes).filter_map(|channel| design.input.names.get(channel as usize).cloned());
    let [from, to] = seconds(pac);
    let content = Content::Traces {
        table,
        names: names.collect(),
        x: Axis::even("time, s", from, to),
        y: design.input.unit.clone(),
        lanes: true,
    };
    let is_shown =
        |of: &&Stretch| of.to >= from && of.from <= to && of.row.is_none_or(|row| (lane..lane + lanes).contains(&row));
    let shown = design.input.stretches.iter().filter(is_shown).take(STRETCHES);
    let stretches = shown.map(|of| Stretch { row: of.row.map(|row| row - lane), ..of.clone() }).collect();
    let about = "the channels in the window, with remarks and what is excluded; click one to see its comodulogram";
    Picture::new("signals", about, Values::Any, content).with_stretches(stretches)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Simulation;
    use crate::sim::pac::bands::Bands;
    use crate::sim::pac::design::Input;
    use crate::sim::pac::filters::Filter;
    use crate::sim::pac::params::{Method, PacModel, RecordingModel, Source, Surrogate};

    fn remark(from: f64, to: f64, row: Option<u32>, text: &str) -> Stretch {
        Stretch { from, to, row, text: text.to_owned() }
    }

    /// Twelve channels of 60 s, a window of 4 s that begins at 10 s.
    fn twelve(stretches: Vec<Stretch>) -> Pac {
        let model = PacModel {
            source: Source::Recording(RecordingModel { path: "r.edf".into(), channels: Vec::new(), rate: None }),
            window: 4.0,
            advance: 1.0,
            position: 10.0,
            phase_bands: Bands::Explicit(vec![(4.0, 8.0)]),
            amplitude_bands: Bands::Explicit(vec![(40.0, 60.0)]),
            method: Method::Tort,
            filter: Filter::Spectral,
            surrogates: 3,
            surrogate: Surrogate::TimeLag,
        };
        let total = 60 * 256;
        let input = Input {
            rate: 256.0,
            names: (0..12).map(|at| format!("E{at}")).collect(),
            total,
            samples: vec![0.0; 12 * total].into(),
            stretches,
            ..Input::default()
        };
        Pac::new(model, Some(input), 1).unwrap()
    }

    fn shown(pac: &Pac) -> Vec<Stretch> {
        pictures(pac).into_iter().find(|picture| picture.name == "signals").unwrap().stretches
    }

    #[test]
    fn the_trace_shows_the_remarks_of_its_window_and_the_spans_of_its_channels() {
        let all = vec![
            remark(2.0, 2.0, None, "before"),
            remark(9.5, 10.5, None, "begins before"),
            remark(11.0, 11.0, None, "spike"),
            remark(12.0, 13.0, Some(3), "flat"),
            remark(12.0, 13.0, Some(11), "flat elsewhere"),
            remark(14.5, 15.0, None, "after"),
        ];
        let mut pac = twelve(all);
        let texts = |pac: &Pac| shown(pac).into_iter().map(|of| of.text).collect::<Vec<_>>();
        assert_eq!(texts(&pac), ["begins before", "spike", "flat"]);
        assert_eq!(shown(&pac)[1], remark(11.0, 11.0, None, "spike"), "seconds, as the axis counts");
        // The last channel of the lanes: those are 4 to 11 then, and the span of channel 11 is in the last lane.
        pac.point("signals", [0.5, 0.99]);
        pac.point("signals", [0.5, 0.99]);
        assert_eq!(texts(&pac), ["begins before", "spike", "flat"]);
        pac.pointed.channel = 11;
        assert_eq!(texts(&pac), ["begins before", "spike", "flat elsewhere"]);
        assert_eq!(shown(&pac)[2].row, Some(7));
        pac.set_parameter("position", 14.2).unwrap();
        assert_eq!(texts(&pac), ["after"]);
    }

    #[test]
    fn the_comodulogram_is_outlined_by_the_p_of_its_channel() {
        let mut pac = twelve(Vec::new());
        pac.pointed.channel = 5;
        let outline = pictures(&pac)[0].outline.unwrap();
        assert_eq!((outline.table.array, outline.table.first, outline.below), ("p", 5, 0.05));
    }
}
