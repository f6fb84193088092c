//! Pictures of A, of B and of what A is minus B, side by side on one canvas.

use super::running::Canvas;
use crate::driver::Driver;
use crate::gpu::Gpu;
use crate::view::{
    Look, Painted, Painter, Range, Rectangle, Showing, Shown, Subject, Target, ValueRange, ViewError, board,
    target_texture, target_view,
};

/// Pixels between two pictures.
const GAP: u32 = 6;

/// A canvas with a shorter edge has no room for three pictures.
const SMALLEST: u32 = 48;

/// Where A, B and A − B stand on a canvas of this size in pixels: side by side where it is wide, below each other where it
/// is high, and otherwise A beside B above their difference.
pub fn places([width, height]: [u32; 2]) -> [Rectangle; 3] {
    let part = |whole: u32, parts: u32| (whole.saturating_sub(GAP * (parts - 1)) / parts).max(1);
    if width >= 2 * height {
        let size = [part(width, 3), height];
        [0, 1, 2].map(|place| Rectangle { at: [place * (size[0] + GAP), 0], size })
    } else if 2 * height >= 3 * width {
        let size = [width, part(height, 3)];
        [0, 1, 2].map(|place| Rectangle { at: [0, place * (size[1] + GAP)], size })
    } else {
        let size = [part(width, 2), part(height, 2)];
        let below = size[1] + GAP;
        [
            Rectangle { at: [0, 0], size },
            Rectangle { at: [size[0] + GAP, 0], size },
            Rectangle { at: [0, below], size: [width, height.saturating_sub(below).max(1)] },
        ]
    }
}

/// A picture's texture, and the view that its painter writes through.
type Pane = (wgpu::Texture, wgpu::TextureView);

/// Paints the three pictures.
pub struct Panes {
    gpu: Gpu,
    /// One each, since a painter's parameters belong to one picture per submission.
    painters: [Painter; 3],
    targets: Option<([u32; 2], [Pane; 3])>,
    shown: Option<Key>,
    /// What the colours of A, and of the difference, stand for.
    ranges: [Option<ValueRange>; 2],
}

#[derive(Clone, PartialEq)]
struct Key {
    cycle: u64,
    picture: usize,
    look: Look,
    canvas: wgpu::Texture,
    /// B gets the colours of A's values, which are known only after A was painted.
    has_range: bool,
}

impl Panes {
    /// Painters for this device.
    pub fn new(gpu: &Gpu) -> Self {
        Self {
            gpu: gpu.clone(),
            painters: [0; 3].map(|_| Painter::new(gpu)),
            targets: None,
            shown: None,
            ranges: [None; 2],
        }
    }

    /// What the colours of A and B stand for.
    pub fn legend(&self) -> Option<ValueRange> {
        self.ranges[0]
    }

    /// What the colours of the difference stand for, from lowest to highest.
    pub fn difference(&self) -> Option<[f32; 2]> {
        self.ranges[1].map(|range| [range.low, range.high])
    }

    /// Takes in what has come back of the last pictures.
    pub fn refresh(&mut self) {
        let [a, _, difference] = &mut self.painters;
        for (range, painter) in self.ranges.iter_mut().zip([a, difference]) {
            *range = painter.range().or(*range);
        }
    }

    /// Whether both arms stand at one cycle of which there is no picture yet.
    pub fn wants(&self, arms: [&Driver; 2]) -> bool {
        common_cycle(arms).is_some_and(|cycle| self.shown.as_ref().is_none_or(|shown| shown.cycle != cycle))
    }

    /// Paints one picture of arms that stand at the same cycle, if there is news, and says whether it did; never waits.
    ///
    /// # Errors
    /// What cannot be painted.
    pub fn paint(&mut self, arms: [&Driver; 2], showing: &Showing, canvas: &Canvas) -> Result<bool, ViewError> {
        let Some(cycle) = common_cycle(arms) else { return Ok(false) };
        if canvas.size.iter().any(|length| *length < SMALLEST) {
            return Ok(false);
        }
        let (main, look) = (showing.main(), showing.look(showing.main()));
        if self.shown.as_ref().is_some_and(|shown| shown.picture != main) {
            // What the colours stood for was another picture's.
            self.ranges = [None; 2];
        }
        let range = self.legend().filter(|range| range.low < range.high);
        let key = Key { cycle, picture: main, look, canvas: canvas.texture.clone(), has_range: range.is_some() };
        if self.shown.as_ref() == Some(&key) {
            return Ok(false);
        }
        let fixed = range.map_or(look.range, |range| Range::Fixed { low: range.low, high: range.high });
        let looks = [look, Look { range: fixed, ..look }, look.of_difference()];
        let (states, pictures) = (arms.map(Driver::state), arms.map(Driver::pictures));
        let subject = |arm: usize| {
            let picture = pictures[arm].get(main)?;
            Some(Subject { buffers: arms[arm].buffers(), state: &states[arm], picture })
        };
        let (Some(a), Some(b)) = (subject(0), subject(1)) else { return Ok(false) };
        let shown: [Shown<'_>; 3] = [(&a).into(), (&b).into(), Shown::difference(&a, &b)];
        let rectangles = places(canvas.size);
        let targets = self.targets(canvas.size, &rectangles)?;
        let descriptor = wgpu::CommandEncoderDescriptor { label: Some("pictures of both arms") };
        let mut encoder = self.gpu.device.create_command_encoder(&descriptor);
        let mut all = true;
        for (place, painter) in self.painters.iter_mut().enumerate() {
            let target = Target { view: &targets[place].1, size: rectangles[place].size };
            let kernels = arms[0].kernels();
            let painted = painter.paint(kernels, &mut encoder, shown[place], &looks[place], &target, None)?;
            all &= painted == Painted::Encoded;
        }
        if all {
            for ((texture, _), rectangle) in targets.iter().zip(&rectangles) {
                board::copy(&mut encoder, texture, &canvas.texture, rectangle);
            }
            self.shown = Some(key);
        }
        self.gpu.queue.submit([encoder.finish()]);
        self.painters.iter_mut().for_each(Painter::after_submit);
        Ok(all)
    }

    fn targets(&mut self, size: [u32; 2], rectangles: &[Rectangle; 3]) -> Result<[Pane; 3], ViewError> {
        if let Some((known, targets)) = &self.targets
            && *known == size
        {
            return Ok(targets.clone());
        }
        let make = |rectangle: &Rectangle| {
            let texture = target_texture(&self.gpu, rectangle.size)?;
            let view = target_view(&texture);
            Ok::<_, ViewError>((texture, view))
        };
        let [a, b, difference] = rectangles;
        let targets = [make(a)?, make(b)?, make(difference)?];
        Ok(self.targets.insert((size, targets)).1.clone())
    }
}

/// The cycle that both arms stand at, between two cycles.
fn common_cycle([a, b]: [&Driver; 2]) -> Option<u64> {
    let stands = a.is_at_boundary() && b.is_at_boundary() && a.status().cycle == b.status().cycle;
    stands.then(|| a.status().cycle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pictures_stay_on_the_canvas_and_apart() {
        for size in [[600, 620], [900, 300], [300, 900], [2, 2], [1, 1], [1600, 1000]] {
            let places = places(size);
            for (index, place) in places.iter().enumerate() {
                assert!(place.size[0] > 0 && place.size[1] > 0);
                if size[0] < 50 {
                    continue;
                }
                assert!((0..2).all(|side| place.at[side] + place.size[side] <= size[side]), "{size:?}: {places:?}");
                for other in &places[..index] {
                    let apart = |side: usize| {
                        place.at[side] >= other.at[side] + other.size[side]
                            || other.at[side] >= place.at[side] + place.size[side]
                    };
                    assert!(apart(0) || apart(1), "{size:?}: {places:?}");
                }
            }
        }
    }
}
