//! The arrays' shape, and the loops over elements, draws and neighbours that the steps are written with.

use crate::sim::field::params::FieldModel;
use crate::sim::random::Draws;
use rayon::prelude::*;

/// Elements that share one draw's four normals: the channels 4g … 4g+3 of a site.
const GROUP: usize = 4;

/// The shape of an element array: \[channel\]\[z\]\[y\]\[x\], x fastest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Sites along one edge, S.
    pub sites: usize,
    /// Channels, C; a multiple of 4.
    pub channels: usize,
}

impl Shape {
    /// The shape that a model's field has.
    pub fn of(model: &FieldModel) -> Self {
        Self { sites: model.sites as usize, channels: model.channels as usize }
    }

    /// Sites in all, S³.
    pub fn volume(self) -> usize {
        self.sites.pow(3)
    }

    /// Elements in all, S³·C.
    pub fn elements(self) -> usize {
        self.volume() * self.channels
    }

    /// A site's index (z·S + y)·S + x; an element's is channel·S³ + site.
    pub fn site(self, [x, y, z]: [usize; 3]) -> usize {
        (z * self.sites + y) * self.sites + x
    }

    /// The coordinates (x, y, z) of a site: the inverse of [`Shape::site`].
    pub fn coordinates(self, site: usize) -> [usize; 3] {
        [site % self.sites, site / self.sites % self.sites, site / self.sites.pow(2)]
    }

    /// The value at (x, y, z) in one channel's sites, 0 outside the grid.
    pub fn padded(self, channel: &[f64], position: [isize; 3]) -> f64 {
        let inside = position.map(|coordinate| usize::try_from(coordinate).ok().filter(|&inner| inner < self.sites));
        match inside {
            [Some(x), Some(y), Some(z)] => channel[self.site([x, y, z])],
            _ => 0.0,
        }
    }

    /// Backward differences (Dx, Dy, Dz) at a site of one channel: F\[x\] − F\[x−1\], 0 at the first plane of the axis.
    pub fn backward_differences(self, channel: &[f64], site: usize) -> [f64; 3] {
        let [x, y, z] = self.coordinates(site);
        let difference = |coordinate: usize, stride: usize| {
            if coordinate == 0 { 0.0 } else { channel[site] - channel[site - stride] }
        };
        [difference(x, 1), difference(y, self.sites), difference(z, self.sites.pow(2))]
    }
}

/// The normals of one operation in one cycle.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// Generator and seed.
    pub draws: Draws,
    /// The cycle, 0 for what is fixed from the start.
    pub cycle: u32,
    /// A constant of [`draw`](crate::sim::field::constants::draw).
    pub operation: u32,
}

/// A cycle's draws, whatever for.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Generator and seed.
    pub draws: Draws,
    /// The cycle, 0 for what is fixed from the start.
    pub cycle: u32,
}

impl Moment {
    /// The normals of one operation, a constant of [`draw`](crate::sim::field::constants::draw).
    pub fn source(self, operation: u32) -> Source {
        Source { draws: self.draws, cycle: self.cycle, operation }
    }
}

impl Source {
    /// Four normals at an index.
    pub fn normals(self, index: usize) -> [f64; 4] {
        self.draws.normals(self.cycle, self.operation, index as u32)
    }

    /// The first uniform at a site, for site masks.
    pub fn site_uniform(self, site: usize) -> f64 {
        self.draws.uniforms(self.cycle, self.operation, site as u32)[0]
    }
}

/// Calls `update(value, normals)` on every element, with one normal of each source.
pub fn update_with_normals<const SOURCES: usize>(
    field: &mut [f64],
    shape: Shape,
    sources: [Source; SOURCES],
    update: impl Fn(&mut f64, [f64; SOURCES]) + Sync,
) {
    let volume = shape.volume();
    field.par_chunks_mut(GROUP * volume).enumerate().for_each(|(group, elements)| {
        for site in 0..volume {
            let normals = sources.map(|source| source.normals(group * volume + site));
            for component in 0..GROUP {
                update(&mut elements[component * volume + site], normals.map(|normal| normal[component]));
            }
        }
    });
}

/// F += amplitude·N at the sites chosen, in all their channels.
pub fn add_normals_at(
    field: &mut [f64],
    shape: Shape,
    source: Source,
    amplitude: f64,
    chosen: impl Fn(usize) -> bool + Sync,
) {
    let volume = shape.volume();
    field.par_chunks_mut(GROUP * volume).enumerate().for_each(|(group, elements)| {
        for site in (0..volume).filter(|&site| chosen(site)) {
            for (component, normal) in source.normals(group * volume + site).into_iter().enumerate() {
                elements[component * volume + site] += amplitude * normal;
            }
        }
    });
}

/// F += amplitude·N everywhere.
pub fn add_normals(field: &mut [f64], shape: Shape, source: Source, amplitude: f64) {
    add_normals_at(field, shape, source, amplitude, |_| true);
}

/// Replaces every element by `value(channel's sites as they were, site)`.
pub fn map_channels(field: &mut [f64], shape: Shape, value: impl Fn(&[f64], usize) -> f64 + Sync) {
    field.par_chunks_mut(shape.volume()).for_each(|channel| {
        let before = channel.to_vec();
        for (site, element) in channel.iter_mut().enumerate() {
            *element = value(&before, site);
        }
    });
}

/// The mean of `value(element)` over everything.
///
/// Summed channel by channel and those in order: a parallel sum would depend on how the work was shared out.
pub fn mean_of(field: &[f64], shape: Shape, value: impl Fn(f64) -> f64 + Sync) -> f64 {
    let sums: Vec<f64> = field
        .par_chunks(shape.volume())
        .map(|channel| channel.iter().map(|&element| value(element)).sum::<f64>())
        .collect();
    sums.iter().sum::<f64>() / shape.elements() as f64
}

/// The spatial mean of each channel.
pub fn channel_means(field: &[f64], shape: Shape) -> Vec<f64> {
    field.par_chunks(shape.volume()).map(|channel| channel.iter().sum::<f64>() / shape.volume() as f64).collect()
}

/// The unbiased variance over the channels at each site.
pub fn site_variances(field: &[f64], shape: Shape) -> Vec<f64> {
    let channels = shape.channels as f64;
    (0..shape.volume())
        .into_par_iter()
        .map(|site| {
            let values = || field.iter().skip(site).step_by(shape.volume());
            let mean = values().sum::<f64>() / channels;
            values().map(|value| (value - mean).powi(2)).sum::<f64>() / (channels - 1.0)
        })
        .collect()
}
