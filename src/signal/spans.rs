//! Spans of a channel that are no measurement.

/// Seconds that a value may stay the same before that is no measurement.
const FLAT_SECONDS: f64 = 0.25;
/// The same in samples, where no rate is known, and at least.
const FLAT_SAMPLES: usize = 16;

/// Samples from `start` up to `end`, which is not among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first one.
    pub start: usize,
    /// The one behind the last.
    pub end: usize,
    /// What is wrong with them.
    pub why: Why,
}

impl Span {
    /// How many they are.
    pub fn samples(&self) -> usize {
        self.end - self.start
    }
}

/// Why a span is excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// No number, or an infinite one.
    NotANumber,
    /// The same value for a quarter of a second or longer.
    Flat,
}

/// Finds the spans and puts straight lines where there were no numbers, so that filters have something to go on.
pub fn mark(samples: &mut [f32], rate: Option<f64>) -> Vec<Span> {
    let least = rate.map_or(FLAT_SAMPLES, |rate| ((rate * FLAT_SECONDS) as usize).max(FLAT_SAMPLES));
    let mut spans = Vec::new();
    let mut start = 0;
    while let Some(first) = samples.get(start).copied() {
        let is_number = first.is_finite();
        let alike = |value: &&f32| if is_number { **value == first } else { !value.is_finite() };
        let end = start + samples.iter().skip(start).take_while(alike).count();
        if !is_number {
            spans.push(Span { start, end, why: Why::NotANumber });
        } else if end - start >= least || end - start == samples.len() {
            spans.push(Span { start, end, why: Why::Flat });
        }
        start = end;
    }
    for span in spans.iter().filter(|span| span.why == Why::NotANumber) {
        bridge(samples, *span);
    }
    spans
}

fn bridge(samples: &mut [f32], span: Span) {
    let before = span.start.checked_sub(1).and_then(|at| samples.get(at)).copied();
    let after = samples.get(span.end).copied();
    let (from, to) = match (before, after) {
        (Some(from), Some(to)) => (from, to),
        (Some(only), None) | (None, Some(only)) => (only, only),
        (None, None) => (0.0, 0.0),
    };
    let steps = (span.samples() + 1) as f32;
    for (at, slot) in samples.iter_mut().skip(span.start).take(span.samples()).enumerate() {
        let part = (at + 1) as f32 / steps;
        *slot = from * (1.0 - part) + to * part;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_bridged_and_flat_spans_marked() {
        let mut samples: Vec<f32> = (0..100_u8).map(f32::from).collect();
        samples[..2].fill(f32::NAN);
        samples[10..13].copy_from_slice(&[f32::NAN, f32::INFINITY, f32::NAN]);
        samples[50..70].fill(7.0);
        samples[80..90].fill(7.0);
        let spans = mark(&mut samples, Some(64.0));
        let not = |start, end| Span { start, end, why: Why::NotANumber };
        assert_eq!(spans, [not(0, 2), not(10, 13), Span { start: 50, end: 70, why: Why::Flat }]);
        assert_eq!(samples[..3], [2.0, 2.0, 2.0]);
        assert_eq!(samples[9..14], [9.0, 10.0, 11.0, 12.0, 13.0]);
        assert!(samples.iter().all(|value| value.is_finite()));
    }

    #[test]
    fn nothing_but_gaps_is_one_span() {
        let mut samples = [f32::NAN; 5];
        assert_eq!(mark(&mut samples, None), [Span { start: 0, end: 5, why: Why::NotANumber }]);
        assert_eq!(samples, [0.0; 5]);
        assert_eq!(mark(&mut [3.0; 5], None), [Span { start: 0, end: 5, why: Why::Flat }]);
        assert!(mark(&mut [], None).is_empty());
    }
}
