//! A sweep in the window: a parameter goes from value to value, and the probes are averaged at each.

use crate::driver::{Command, Event};
use crate::lab::sweep::{Figure, Point, figure};
use crate::sim::{Observable, Parameter, Probe};
use std::ops::RangeInclusive;

/// Fewest cycles that are measured at a value: below that there is no error that could be trusted.
const FEWEST: u64 = 64;

/// What is to be swept, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepPlan {
    /// The parameter.
    pub parameter: &'static str,
    /// Its first value.
    pub from: f64,
    /// Its last value.
    pub to: f64,
    /// Values in equal steps, the first and the last included.
    pub steps: u32,
    /// Cycles after each move that are not measured.
    pub equilibrate: u64,
    /// Cycles that are measured at each value.
    pub measure: u64,
}

impl SweepPlan {
    /// Over the whole of a parameter.
    pub fn over(parameter: &Parameter) -> Self {
        let (from, to) = (*parameter.range.start(), *parameter.range.end());
        Self { parameter: parameter.name, from, to, steps: 11, equilibrate: 100, measure: 500 }
    }

    /// The same within the parameter's range, with numbers that make sense.
    #[must_use]
    pub fn within(mut self, range: &RangeInclusive<f64>) -> Self {
        for end in [&mut self.from, &mut self.to] {
            *end = end.clamp(*range.start(), *range.end());
        }
        self.steps = self.steps.clamp(2, 1000);
        self.measure = self.measure.max(FEWEST);
        self
    }

    fn value(&self, step: u32) -> f64 {
        let share = f64::from(step) / f64::from(self.steps.max(2) - 1);
        self.from * (1.0 - share) + self.to * share
    }
}

/// What is asked of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub enum SweepAction {
    /// Another plan.
    Plan(SweepPlan),
    /// Begins.
    Start,
    /// Ends; what was measured stays.
    Stop,
}

/// The sweep that runs, or the last one.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweeping {
    /// What it is.
    pub plan: SweepPlan,
    /// What was found so far.
    pub points: Vec<Point>,
    /// Where it stands; `None` once it is over.
    pub stand: Option<Stand>,
}

/// Where a sweep stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Stand {
    /// The step.
    pub step: u32,
    /// Whether the move was asked for.
    asked: bool,
    /// The first cycle under the step's value, once it is there.
    began: Option<u64>,
    /// Cycles measured so far.
    pub measured: u64,
    /// Values of the probes, cycle by cycle.
    series: Vec<Vec<f64>>,
}

impl Stand {
    fn at(step: u32, probes: usize) -> Self {
        Self { step, asked: false, began: None, measured: 0, series: vec![Vec::new(); probes] }
    }
}

impl Sweeping {
    /// One that is about to begin, of a system with so many probes.
    pub fn new(plan: SweepPlan, probes: usize) -> Self {
        Self { plan, points: Vec::new(), stand: Some(Stand::at(0, probes)) }
    }

    /// Ends it.
    pub fn stop(&mut self) {
        self.stand = None;
    }

    /// Takes in what the driver tells.
    pub fn observe(&mut self, event: &Event) {
        let plan = &self.plan;
        let Some(stand) = &mut self.stand else { return };
        match event {
            Event::Applied { cycle, command: Command::SetParameter { name, value } } if name == plan.parameter => {
                if stand.asked && *value == plan.value(stand.step) {
                    stand.began = Some(*cycle);
                } else if stand.began.is_some() {
                    // Somebody else moves it.
                    self.stand = None;
                }
            }
            Event::Applied { command: Command::Reset { .. }, .. } | Event::Refused { .. } => self.stand = None,
            Event::Probes { arm: 0, cycle, values } => {
                let first = stand.began.map(|began| began + plan.equilibrate);
                if first.is_some_and(|first| (first..first + plan.measure).contains(cycle)) {
                    stand.measured += 1;
                    for (series, value) in stand.series.iter_mut().zip(values) {
                        series.push(f64::from(*value));
                    }
                }
            }
            // Probes of a cycle that were lost never come: the next cycle after the last one ends the step, too.
            Event::Cycle { arm: 0, cycle, .. }
                if stand.began.is_some_and(|began| *cycle > began + 2 * plan.cycles()) =>
            {
                stand.measured = plan.measure;
            }
            _ => {}
        }
    }

    /// What has to be asked of the driver now, if anything: with the parameter's value as it stands, what is made of the
    /// probes there, and the probes.
    pub fn next(&mut self, value: Option<f64>, observables: &[Observable], probes: &[Probe]) -> Option<Command> {
        let plan = &self.plan;
        let stand = self.stand.as_mut()?;
        let wanted = plan.value(stand.step);
        // What theory says belongs to the value as it stood when the system was asked.
        if stand.measured >= plan.measure && value == Some(wanted) {
            let series = |name: &str| {
                let place = probes.iter().position(|probe| probe.name == name)?;
                stand.series.get(place).filter(|series| series.iter().all(|value| value.is_finite()))
            };
            let figures: Vec<Figure> = observables.iter().filter_map(|of| figure(of, series(&of.probe)?)).collect();
            let (left_out, cycles) = (plan.equilibrate, stand.measured);
            self.points.push(Point { value: wanted, left_out, cycles, figures });
            let next = stand.step + 1;
            self.stand = (next < plan.steps).then(|| Stand::at(next, probes.len()));
        }
        let stand = self.stand.as_mut().filter(|stand| !stand.asked)?;
        stand.asked = true;
        Some(Command::SetParameter { name: plan.parameter.to_owned(), value: plan.value(stand.step) })
    }

    /// Names of all figures.
    pub fn names(&self) -> Vec<&str> {
        self.points
            .first()
            .map(|point| point.figures.iter().map(|figure| figure.name.as_str()).collect())
            .unwrap_or_default()
    }

    /// A figure at every value where there is one.
    pub fn curve<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (f64, &'a Figure)> {
        self.points
            .iter()
            .filter_map(move |point| Some((point.value, point.figures.iter().find(|figure| figure.name == name)?)))
    }
}

impl SweepPlan {
    /// Cycles of a step.
    pub fn cycles(&self) -> u64 {
        self.equilibrate + self.measure
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn probes() -> Vec<Probe> {
        vec![Probe { name: "energy".to_owned(), plot: "energy", offset: 0 }]
    }

    fn applied(cycle: u64, value: f64) -> Event {
        Event::Applied { cycle, command: Command::SetParameter { name: "gain".to_owned(), value } }
    }

    fn plan() -> SweepPlan {
        SweepPlan { parameter: "gain", from: 0.0, to: 1.0, steps: 3, equilibrate: 10, measure: 64 }
    }

    #[test]
    fn every_value_is_asked_for_once_and_averaged_after_its_settling() {
        let mut sweep = Sweeping::new(plan(), 1);
        let observables = [Observable::mean(&probes()[0])];
        let mut cycle = 0;
        for value in [0.0, 0.5, 1.0] {
            let asked = sweep.next(Some(0.3), &observables, &probes());
            assert_eq!(asked, Some(Command::SetParameter { name: "gain".to_owned(), value }));
            assert_eq!(sweep.next(Some(0.3), &observables, &probes()), None, "it is asked for once");
            sweep.observe(&applied(cycle + 1, value));
            for _ in 0..80 {
                cycle += 1;
                // Nonsense while it settles.
                let settling = (cycle - 1) % 80 < 10;
                let values = vec![if settling { 1e9 } else { 2.0 * value as f32 }];
                sweep.observe(&Event::Cycle { arm: 0, cycle, host: Duration::ZERO });
                sweep.observe(&Event::Probes { arm: 0, cycle, values });
            }
            assert_eq!(sweep.stand.as_ref().unwrap().measured, 64);
            // The value is not heard of yet: what theory says would belong to another one.
            assert_eq!(sweep.clone().next(Some(0.3), &observables, &probes()), None);
            let before = sweep.clone();
            sweep.next(Some(value), &observables, &probes());
            if value < 1.0 {
                sweep = before;
                let next = sweep.next(Some(value), &observables, &probes());
                assert!(next.is_some());
                sweep = Sweeping { stand: sweep.stand.map(|stand| Stand { asked: false, ..stand }), ..sweep };
            }
        }
        assert_eq!(sweep.stand, None);
        let found: Vec<_> = sweep.curve("energy").map(|(at, figure)| (at, figure.value)).collect();
        assert_eq!(found, [(0.0, 0.0), (0.5, 1.0), (1.0, 2.0)]);
    }

    #[test]
    fn it_ends_when_another_hand_moves_the_parameter_and_at_a_reset() {
        for event in [applied(9, 0.7), Event::Applied { cycle: 9, command: Command::Reset { seed: 1 } }] {
            let mut sweep = Sweeping::new(plan(), 1);
            sweep.next(Some(0.3), &[], &probes());
            sweep.observe(&applied(1, 0.0));
            assert!(sweep.stand.is_some());
            sweep.observe(&event);
            assert_eq!(sweep.stand, None);
        }
    }

    #[test]
    fn a_plan_stays_within_its_parameter() {
        let wild = SweepPlan { from: -3.0, to: 9.0, steps: 0, measure: 1, ..plan() };
        let tame = wild.within(&(0.0..=1.0));
        assert_eq!((tame.from, tame.to, tame.steps, tame.measure), (0.0, 1.0, 2, 64));
    }
}
