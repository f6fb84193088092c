//! The timing table: one row per stage, over a rolling window of cycles of one setting.

use super::scene::Timing;
use crate::driver::{PassKind, Sample};
use crate::session::quantile;
use std::collections::VecDeque;

/// Cycles that the figures go over.
const WINDOW: u64 = 512;

/// Stage timings of one arm.
#[derive(Clone, Debug, Default)]
pub struct TimingTable {
    stages: &'static [&'static str],
    clock: Timing,
    roof: Option<f64>,
    kinds: Vec<Option<Kind>>,
    rows: Vec<Row>,
    newest: u64,
    newest_is_whole: bool,
    first: u64,
    selected: Option<(u64, u64)>,
    pinned: Option<Vec<(String, bool, f64)>>,
    figures: Vec<Figures>,
}

#[derive(Clone, Debug)]
struct Kind {
    row: usize,
    bytes: u64,
    operations: u64,
}

/// What a row was fed: one entry per cycle, in order of cycles.
#[derive(Clone, Debug)]
struct Row {
    stage: String,
    host: bool,
    entries: VecDeque<Entry>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    cycle: u64,
    ticks: u64,
    bytes: u64,
    operations: u64,
}

/// One line of the table. Times are milliseconds per cycle in which the stage ran, all its passes together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// The stage, or the stages that a fused pass carries out.
    pub stage: String,
    /// Whether these are host times.
    pub host: bool,
    /// Part of the device time of all stages.
    pub share: Option<f64>,
    /// Middle value.
    pub median: Option<f64>,
    /// Exceeded in one of twenty.
    pub p95: Option<f64>,
    /// Shortest.
    pub min: Option<f64>,
    /// Longest.
    pub max: Option<f64>,
    /// Cycles in which it ran.
    pub count: usize,
    /// Bytes that must move over time that it took, in GB/s.
    pub bandwidth: Option<f64>,
    /// That, as a part of the measured copy bandwidth.
    pub of_roof: Option<f64>,
    /// Floating-point operations over the time that it took, in GFLOP/s.
    pub gigaflops: Option<f64>,
    /// Floating-point operations per byte that must move.
    pub intensity: Option<f64>,
    /// Median over the pinned median.
    pub against_pinned: Option<f64>,
}

impl TimingTable {
    /// An empty table; `roof` in GB/s.
    pub fn new(stages: &'static [&'static str], clock: Timing, roof: Option<f64>) -> Self {
        let mut table = Self { stages, clock, roof, ..Self::default() };
        table.refresh();
        table
    }

    /// Another measured copy bandwidth, in GB/s.
    pub fn set_roof(&mut self, roof: f64) {
        self.roof = Some(roof);
        self.refresh();
    }

    /// Learns a kind of pass.
    pub fn kind(&mut self, kind: &PassKind) {
        let host = kind.variant.is_none() || self.clock == Timing::Host;
        let row = self.rows.iter().position(|row| row.stage == kind.stage && row.host == host).unwrap_or_else(|| {
            self.rows.push(Row { stage: kind.stage.clone(), host, entries: VecDeque::new() });
            self.rows.len() - 1
        });
        let place = kind.id as usize;
        if self.kinds.len() <= place {
            self.kinds.resize(place + 1, None);
        }
        self.kinds[place] = Some(Kind { row, bytes: kind.cost.bytes(), operations: kind.cost.operations });
    }

    /// Takes in a sample; gives its device time in milliseconds, if it is one.
    pub fn sample(&mut self, sample: &Sample) -> Option<f64> {
        if sample.cycle < self.first {
            return None;
        }
        let kind = self.kinds.get(sample.pass as usize)?.as_ref()?;
        let row = self.rows.get_mut(kind.row)?;
        row.add(Entry { cycle: sample.cycle, ticks: sample.ticks, bytes: kind.bytes, operations: kind.operations });
        if sample.cycle > self.newest {
            self.newest = sample.cycle;
            self.newest_is_whole = false;
        }
        let host = row.host;
        match self.clock {
            Timing::Device { tick } if !host => Some(sample.ticks as f64 * tick),
            _ => None,
        }
    }

    /// Whether the samples of the newest cycle are all there: so when the driver rests.
    pub fn newest_is_whole(&mut self, whole: bool) {
        self.newest_is_whole = whole;
    }

    /// Forgets what was measured before this cycle: another setting holds from it on.
    pub fn restart(&mut self, cycle: u64) {
        // After a reset the count begins again: nothing is kept, and any cycle counts.
        self.first = if cycle == u64::MAX { 0 } else { cycle };
        for row in &mut self.rows {
            row.entries.retain(|entry| entry.cycle >= cycle);
        }
        if cycle == u64::MAX {
            self.newest = 0;
        }
        self.selected = None;
        self.refresh();
    }

    /// Narrows the figures to these cycles, first and last.
    pub fn select(&mut self, cycles: Option<(u64, u64)>) {
        self.selected = cycles;
        self.refresh();
    }

    /// The cycles that the figures are narrowed to.
    pub fn selected(&self) -> Option<(u64, u64)> {
        self.selected
    }

    /// Keeps the present medians, to show later ones against them; or forgets them.
    pub fn pin(&mut self, pinned: bool) {
        let medians = |figures: &Figures| Some((figures.stage.clone(), figures.host, figures.median?));
        self.pinned = pinned.then(|| self.figures.iter().filter_map(medians).collect());
        self.refresh();
    }

    /// Whether medians are pinned.
    pub fn is_pinned(&self) -> bool {
        self.pinned.is_some()
    }

    /// Whether anything was measured.
    pub fn has_samples(&self) -> bool {
        self.rows.iter().any(|row| !row.entries.is_empty())
    }

    /// The lines, in cycle order, as of the last [`Self::refresh`].
    pub fn figures(&self) -> &[Figures] {
        &self.figures
    }

    /// Computes the lines anew from the cycles of the window.
    pub fn refresh(&mut self) {
        let oldest = self.newest.saturating_sub(WINDOW);
        for row in &mut self.rows {
            while row.entries.front().is_some_and(|entry| entry.cycle < oldest) {
                row.entries.pop_front();
            }
        }
        let device_total: f64 =
            self.rows.iter().filter(|row| self.counts_in_share(row)).map(|row| self.total(row)).sum();
        let mut figures: Vec<_> = self.rows.iter().filter_map(|row| self.line(row, device_total)).collect();
        let unseen = self.stages.iter().filter(|stage| !figures.iter().any(|line| names(&line.stage, stage)));
        let unseen: Vec<_> = unseen.map(|stage| Figures { stage: (*stage).to_owned(), ..Figures::default() }).collect();
        figures.extend(unseen);
        figures.sort_by_key(|line| (self.place(&line.stage), line.host));
        self.figures = figures;
    }

    fn counts_in_share(&self, row: &Row) -> bool {
        row.host == (self.clock == Timing::Host)
    }

    fn milliseconds_per_tick(&self, row: &Row) -> Option<f64> {
        match self.clock {
            _ if row.host => Some(1e-6),
            Timing::Device { tick } => Some(tick),
            Timing::Unknown | Timing::Host => None,
        }
    }

    fn on_show<'a>(&self, row: &'a Row) -> impl Iterator<Item = &'a Entry> + use<'a> {
        let last = if self.newest_is_whole { self.newest } else { self.newest.saturating_sub(1) };
        let (from, to) = self.selected.unwrap_or((0, last));
        row.entries.iter().filter(move |entry| (from..=to).contains(&entry.cycle))
    }

    fn total(&self, row: &Row) -> f64 {
        let tick = self.milliseconds_per_tick(row).unwrap_or(0.0);
        self.on_show(row).map(|entry| entry.ticks as f64 * tick).sum()
    }

    fn line(&self, row: &Row, device_total: f64) -> Option<Figures> {
        let tick = self.milliseconds_per_tick(row)?;
        let mut times: Vec<f64> = self.on_show(row).map(|entry| entry.ticks as f64 * tick).collect();
        if times.is_empty() {
            return None;
        }
        times.sort_by(f64::total_cmp);
        let total: f64 = times.iter().sum();
        let bytes: u64 = self.on_show(row).map(|entry| entry.bytes).sum();
        // Bytes per millisecond, over a million, are gigabytes per second.
        let bandwidth = (!row.host && bytes > 0 && total > 0.0).then(|| bytes as f64 / total * 1e-6);
        let operations: u64 = self.on_show(row).map(|entry| entry.operations).sum();
        let gigaflops = (!row.host && operations > 0 && total > 0.0).then(|| operations as f64 / total * 1e-6);
        let median = quantile(&times, 0.5);
        Some(Figures {
            stage: bare(&row.stage).to_owned(),
            host: row.host,
            share: (self.counts_in_share(row) && device_total > 0.0).then(|| total / device_total),
            median,
            p95: quantile(&times, 0.95),
            min: times.first().copied(),
            max: times.last().copied(),
            count: times.len(),
            bandwidth,
            of_roof: bandwidth.zip(self.roof).map(|(bandwidth, roof)| bandwidth / roof),
            gigaflops,
            intensity: (bytes > 0 && operations > 0).then(|| operations as f64 / bytes as f64),
            against_pinned: median.zip(self.pinned_median(row)).map(|(median, pinned)| median / pinned),
        })
    }

    fn pinned_median(&self, row: &Row) -> Option<f64> {
        let pinned = self.pinned.as_ref()?;
        pinned
            .iter()
            .find(|(stage, host, _)| *stage == bare(&row.stage) && *host == row.host)
            .map(|(_, _, median)| *median)
    }

    fn place(&self, row: &str) -> usize {
        self.stages.iter().position(|stage| names(row, stage)).unwrap_or(self.stages.len())
    }
}

impl Row {
    /// Adds to the cycle's entry; samples may arrive a little out of order.
    fn add(&mut self, new: Entry) {
        let place = self.entries.iter().rposition(|entry| entry.cycle <= new.cycle);
        match place {
            Some(place) if self.entries[place].cycle == new.cycle => {
                self.entries[place].ticks += new.ticks;
                self.entries[place].bytes += new.bytes;
                self.entries[place].operations += new.operations;
            }
            Some(place) => self.entries.insert(place + 1, new),
            None => self.entries.push_front(new),
        }
    }
}

/// The name of a row without what its kind of pass adds to it: the table labels host times by itself.
fn bare(row: &str) -> &str {
    row.trim_end_matches(", waiting")
}

/// Whether a row of this name carries out this stage.
fn names(row: &str, stage: &str) -> bool {
    bare(row).split('+').any(|part| part == stage)
}
