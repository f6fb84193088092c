//! From the scalars that a picture shows to the range that its colours or its height stand for.

use super::{Look, Range};
use crate::gpu::batch::Dispatch;
use crate::gpu::{Arrived, Gpu, GpuError, Kernel, Kernels, Readback, Variant};
use crate::shader_struct;
use crossbeam_channel::Receiver;
use std::sync::Arc;

/// Workgroups that survey the scalars, and so sets of moments that are merged at the end.
const SURVEYORS: u32 = 128;
/// Bytes of one set of moments: six floats.
const MOMENTS_BYTES: u64 = 24;

shader_struct! {
    /// What the colours stand for, and what is known of the values that are shown.
    pub struct ValueRange {
        /// The value of the first colour.
        pub low: f32,
        /// The value of the last colour.
        pub high: f32,
        /// The lowest finite value.
        pub minimum: f32,
        /// The highest finite value.
        pub maximum: f32,
        /// The mean of the finite values.
        pub mean: f32,
        /// Their standard deviation.
        pub deviation: f32,
        /// How many they are.
        pub count: u32,
        /// How many values are infinite or not a number.
        pub not_finite: u32,
    }
}

shader_struct! {
    /// Parameters of `view/survey`.
    pub struct Survey {
        count: u32,
        padding: [u32; 3],
    }
}

shader_struct! {
    /// Parameters of `view/settle`.
    pub struct Settle {
        parts: u32,
        is_fixed: u32,
        is_symmetric: u32,
        padding: u32,
        low: f32,
        high: f32,
        deviations: f32,
        padding_end: f32,
    }
}

/// The two kernels.
#[derive(Debug)]
pub struct RangingKernels {
    survey: Arc<Kernel>,
    settle: Arc<Kernel>,
}

impl RangingKernels {
    /// Their variants.
    pub fn variants() -> [Variant; 2] {
        ["view/survey", "view/settle"].map(|path| Variant::new(path, []))
    }

    /// Both, once they are built.
    ///
    /// # Errors
    /// A kernel does not build.
    pub fn get(kernels: &Kernels) -> Result<Option<Self>, GpuError> {
        let [survey, settle] = Self::variants();
        let (survey, settle) = (kernels.get(&survey)?, kernels.get(&settle)?);
        Ok(survey.zip(settle).map(|(survey, settle)| Self { survey, settle }))
    }
}

/// A range on the device, and its way to the host.
#[derive(Debug)]
pub struct Ranging {
    moments: wgpu::Buffer,
    /// One [`ValueRange`].
    pub range: wgpu::Buffer,
    readback: Readback<()>,
    arrived: Receiver<Arrived<()>>,
    latest: Option<ValueRange>,
}

impl Ranging {
    /// Buffers on this device.
    pub fn new(gpu: &Gpu) -> Self {
        let buffer = |label: &str, size: u64| {
            gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(label),
                size,
                usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        };
        let (readback, arrived) = Readback::new(gpu, "range", 3);
        Self {
            moments: buffer("moments", MOMENTS_BYTES * u64::from(SURVEYORS)),
            range: buffer("range", size_of::<ValueRange>() as u64),
            readback,
            arrived,
            latest: None,
        }
    }

    /// The dispatches that find the range of the first `count` scalars as the look wants it.
    pub fn dispatches(&self, tools: &RangingKernels, scalars: &wgpu::Buffer, count: u32, look: &Look) -> [Dispatch; 2] {
        let survey = Survey { count, padding: [0; 3] };
        let (fixed, deviations) = match look.range {
            Range::Auto => (None, 0.0),
            Range::Spread(deviations) => (None, deviations),
            Range::Fixed { low, high } => (Some((low, high)), 0.0),
        };
        let (low, high) = fixed.unwrap_or_default();
        let settle = Settle {
            parts: SURVEYORS,
            is_fixed: u32::from(fixed.is_some()),
            is_symmetric: u32::from(look.colours.is_diverging()),
            padding: 0,
            low,
            high,
            deviations,
            padding_end: 0.0,
        };
        [
            Dispatch::new(&tools.survey, &[scalars, &self.moments], &survey, [SURVEYORS, 1, 1]),
            Dispatch::new(&tools.settle, &[&self.moments, &self.range], &settle, [1; 3]),
        ]
    }

    /// Encodes the copy of the range; where the ring is full the latest figures stay.
    pub fn request(&mut self, encoder: &mut wgpu::CommandEncoder) {
        self.readback.request(encoder, &self.range, 0, size_of::<ValueRange>() as u64, ());
    }

    /// Starts the readback. To be called after the submission of the encoder.
    pub fn after_submit(&mut self) {
        self.readback.after_submit();
    }

    /// The range of the latest painting whose figures have come back.
    pub fn latest(&mut self) -> Option<ValueRange> {
        if let Some(latest) = self.arrived.try_iter().last() {
            self.latest = bytemuck::try_pod_read_unaligned(&latest.bytes).ok();
        }
        self.latest
    }

    /// Bytes on the device.
    pub fn bytes(&self) -> u64 {
        self.moments.size() + self.range.size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::layout;
    use crate::shaders::LIBRARY;

    #[test]
    fn both_sides_lay_the_parameters_out_alike() {
        let [survey, settle] = RangingKernels::variants();
        layout::check::<Survey>(&LIBRARY, &survey).unwrap();
        layout::check::<Settle>(&LIBRARY, &settle).unwrap();
        layout::check::<ValueRange>(&LIBRARY, &settle).unwrap();
    }
}
