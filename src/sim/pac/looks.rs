//! What only pictures show, brought up to date before they are painted: the traces and the distribution of the pair that is
//! pointed at, and the peak of its channel.

use super::Pac;
use super::bands::Side;
use super::cycle::{Cycle, definitions_of};
use super::description::stage;
use super::kernels::{PacPointed, PacTrace};
use super::layout::buffer;
use crate::sim::{Cost, Pass, StageSet, Step, Variant};

impl Cycle<'_> {
    /// Traces, distribution and peak of what is pointed at.
    pub(super) fn look(mut self) {
        let (channel, [phase, amplitude]) = (self.pac.pointed.channel(), self.pac.pointed.bands(self.design()));
        for (side, band) in [(Side::Phase, phase), (Side::Amplitude, amplitude)] {
            self.trace(side, channel, band);
        }
        self.pointed(channel, [phase, amplitude]);
    }

    fn trace(&mut self, side: Side, channel: u32, band: u32) {
        let (held, before) = self.group(side, channel, band / 4);
        let total = first_of_channel(self.pac, channel);
        let window = self.design().window as u32;
        let constants = PacTrace { window, before, lane: band % 4, first: total };
        let definition = (side == Side::Amplitude).then_some(("ENVELOPE", 1));
        let bindings = vec![held, buffer::SAMPLES, buffer::TRACES];
        self.unnamed(
            Variant::new("pac/trace", definition),
            bindings,
            bytemuck::bytes_of(&constants),
            window.div_ceil(64),
        );
    }

    fn pointed(&mut self, channel: u32, [phase, amplitude]: [u32; 2]) {
        let design = self.design();
        let constants = PacPointed {
            channel,
            phase,
            amplitude,
            phases: design.phase.bands.len() as u32,
            amplitudes: design.amplitude.bands.len() as u32,
            padding: [0; 3],
        };
        let mut bindings = vec![buffer::MAP, buffer::PEAK];
        let mut definitions = vec![("PLAIN", 1)];
        if self.model().method.has_distribution() {
            bindings.extend([buffer::SUMS, buffer::COUNTS, buffer::POOLED, buffer::DISTRIBUTION]);
            definitions = definitions_of(self.model().method);
            definitions.retain(|(name, _)| *name != "HEIGHTS");
        }
        self.unnamed(Variant::new("pac/pointed", definitions), bindings, bytemuck::bytes_of(&constants), 1);
    }

    fn unnamed(&mut self, variant: Variant, bindings: Vec<crate::sim::BufferId>, uniform: &[u8], workgroups: u32) {
        let stages: StageSet = stage::COUPLING;
        let (uniform, workgroups, cost) = (uniform.to_vec(), [workgroups, 1, 1], Cost::default());
        self.plan.steps.push(Step::Pass(Pass { stages, variant, bindings, uniform, workgroups, cost }));
    }
}

/// The window's first sample of a channel among the samples of all.
fn first_of_channel(pac: &Pac, channel: u32) -> u32 {
    let design = &pac.design;
    match pac.model.generator() {
        Some(_) => channel * design.window as u32,
        None => channel * design.input.total as u32 + pac.stands() as u32,
    }
}
