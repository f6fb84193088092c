//! Several pictures on one canvas: where they stand, how each is looked at, and their painting.

use super::layout::Rectangle;
use super::{Look, Painted, Painter, Pointed, Subject, Target, ValueRange, ViewError, target_texture, target_view};
use crate::gpu::{Buffers, Gpu, Kernels, Part};
use crate::sim::{Content, Picture, State};

/// Points between two frames.
const GAP: f32 = 8.0;
/// Share of the longer side that the first picture gets where there are others: in one row or column, and in more.
const MAIN: [f32; 2] = [0.6, 0.45];
/// Pictures beside the first one that stand in one row or column.
const IN_A_ROW: usize = 4;
/// Points at the top of a frame for the picture's name, where it is not alone.
const TITLE: f32 = 20.0;
/// Points to the left and below for ticks and the axis' title.
const AXES: [f32; 2] = [58.0, 36.0];
/// Points to the right of a map for its colour scale.
const SCALE: f32 = 62.0;
/// Points where nothing stands, so that the last tick's figure is whole.
const EDGE: f32 = 10.0;
/// Points of a frame's width below which there is no room for a colour scale.
const NARROW: f32 = 220.0;

/// Where a picture stands, in pixels of the canvas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which of the system's pictures.
    pub picture: usize,
    /// All that belongs to it: name, axes, scale.
    pub frame: Rectangle,
    /// What is painted.
    pub inner: Rectangle,
}

/// How a system's pictures are looked at: what scene files begin with and the window changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Showing {
    /// One look per picture, in the system's order.
    pub looks: Vec<Look>,
    /// The picture that has the canvas for itself.
    pub focus: Option<usize>,
}

impl Showing {
    /// All pictures side by side, each in the colours that suit its values; `look` is the first one's, or that of the
    /// picture of this name, which then stands alone.
    ///
    /// # Errors
    /// No picture has that name.
    pub fn new(pictures: &[Picture], look: &Look, name: Option<&str>) -> Result<Self, ViewError> {
        let focus = name.map(|name| index_of(pictures, name)).transpose()?;
        let mut looks: Vec<_> = pictures.iter().map(|picture| Look::for_values(picture.values)).collect();
        // What a scene does not say is left to the values.
        if *look != Look::default()
            && let Some(first) = looks.get_mut(focus.unwrap_or(0))
        {
            *first = *look;
        }
        Ok(Self { looks, focus })
    }

    /// The picture that stands alone, or the first.
    pub fn main(&self) -> usize {
        self.focus.unwrap_or(0)
    }

    /// The look of a picture.
    pub fn look(&self, picture: usize) -> Look {
        self.looks.get(picture).copied().unwrap_or_default()
    }
}

/// The picture of this name.
///
/// # Errors
/// There is none; the refusal lists those that there are.
pub fn index_of(pictures: &[Picture], name: &str) -> Result<usize, ViewError> {
    pictures.iter().position(|picture| picture.name == name).ok_or_else(|| {
        let known: Vec<_> = pictures.iter().map(|picture| picture.name).collect();
        ViewError::UnknownPicture { name: name.to_owned(), known: known.join(", ") }
    })
}

/// Where the pictures stand on a canvas of this size in pixels, with so many pixels to a point: the first one large, the
/// others beside it or below, whichever side is longer; or one of them alone.
pub fn places(pictures: &[Picture], focus: Option<usize>, size: [u32; 2], scale: f32) -> Vec<Place> {
    let whole = Rectangle { at: [0, 0], size };
    let alone = focus.filter(|focus| *focus < pictures.len()).or((pictures.len() == 1).then_some(0));
    let frames = match alone {
        Some(picture) => vec![(picture, whole)],
        None => side_by_side(pictures.len(), size, scale).into_iter().enumerate().collect(),
    };
    let titled = pictures.len() > 1;
    let inner = |(picture, frame): (usize, Rectangle)| {
        let content = &pictures.get(picture)?.content;
        Some(Place { picture, frame, inner: inner(content, frame, scale, titled) })
    };
    frames.into_iter().filter_map(inner).collect()
}

fn side_by_side(count: usize, size: [u32; 2], scale: f32) -> Vec<Rectangle> {
    if count == 0 {
        return Vec::new();
    }
    // Lengths along the longer side of the canvas, and across it.
    let (along, across) = if size[0] >= size[1] { (0, 1) } else { (1, 0) };
    let gap = (GAP * scale).round() as u32;
    let others = count - 1;
    let lines = others.div_ceil(IN_A_ROW).max(1);
    let main = (size[along] as f32 * MAIN[usize::from(lines > 1)]) as u32;
    let rectangle = |at: [u32; 2], length: [u32; 2]| {
        let mut rectangle = Rectangle::default();
        (rectangle.at[along], rectangle.at[across]) = (at[0], at[1]);
        (rectangle.size[along], rectangle.size[across]) = (length[0].max(1), length[1].max(1));
        rectangle
    };
    let mut frames = vec![rectangle([0, 0], [main, size[across]])];
    let share = |whole: u32, parts: usize| whole.saturating_sub(gap * (parts as u32 - 1)) / parts as u32;
    let thick = share(size[along].saturating_sub(main + gap), lines);
    for line in 0..lines {
        let here = (others - line * others.div_ceil(lines)).min(others.div_ceil(lines));
        let long = share(size[across], here.max(1));
        frames.extend((0..here).map(|place| {
            let at = [main + gap + line as u32 * (thick + gap), place as u32 * (long + gap)];
            rectangle(at, [thick, long])
        }));
    }
    frames
}

/// The part of a frame that is painted.
fn inner(content: &Content, frame: Rectangle, scale: f32, titled: bool) -> Rectangle {
    let top = if titled { TITLE } else { 0.0 };
    let scale_width = if (frame.size[0] as f32) < NARROW * scale { EDGE } else { SCALE };
    let [left, above, right, below] = match content {
        Content::Cube { .. } | Content::Checkerboard { .. } => [0.0, top, 0.0, 0.0],
        Content::Surface { .. } => [EDGE, top.max(EDGE), scale_width, EDGE],
        Content::Sectors { .. } => [AXES[1], top.max(EDGE) + EDGE, AXES[1], AXES[1]],
        Content::Map { .. } => [AXES[0], top.max(EDGE), scale_width, AXES[1]],
        Content::Traces { .. } => [AXES[0], top.max(EDGE), EDGE, AXES[1]],
        Content::Points { colours, .. } => {
            [AXES[0], top.max(EDGE), if colours.is_some() { scale_width } else { EDGE }, AXES[1]]
        }
    }
    .map(|points| (points * scale).round() as u32);
    let at = [frame.at[0] + left, frame.at[1] + above];
    let room = [frame.size[0].saturating_sub(left + right).max(1), frame.size[1].saturating_sub(above + below).max(1)];
    // A circle is to be one.
    if !matches!(content, Content::Points { circle: true, .. } | Content::Sectors { .. }) {
        return Rectangle { at, size: room };
    }
    let edge = room[0].min(room[1]);
    Rectangle { at: [at[0] + (room[0] - edge) / 2, at[1] + (room[1] - edge) / 2], size: [edge; 2] }
}

/// What is drawn of a system, and how.
#[derive(Clone, Copy, Debug)]
pub struct Exhibition<'a> {
    /// The buffers behind the state.
    pub buffers: &'a Buffers,
    /// The memory as it stands.
    pub state: &'a State,
    /// What there is to draw in it.
    pub pictures: &'a [Picture],
    /// How.
    pub showing: &'a Showing,
}

impl<'a> Exhibition<'a> {
    /// One of the pictures.
    pub fn subject(&self, picture: usize) -> Option<Subject<'a>> {
        let picture = self.pictures.get(picture)?;
        Some(Subject { buffers: self.buffers, state: self.state, picture })
    }
}

/// Paints all pictures of a canvas.
#[derive(Debug)]
pub struct BoardPainter {
    gpu: Gpu,
    slots: Vec<Slot>,
}

/// A picture's painter, and the texture that it paints into where the canvas is not its alone.
#[derive(Debug)]
struct Slot {
    painter: Painter,
    target: Option<(wgpu::Texture, wgpu::TextureView)>,
}

impl BoardPainter {
    /// A painter for this device. Allocates nothing until it paints.
    pub fn new(gpu: &Gpu) -> Self {
        Self { gpu: gpu.clone(), slots: Vec::new() }
    }

    /// Encodes the painting of all pictures that have a place. Never waits; [`Painted::NotYet`] where a kernel of any of
    /// them is still being built.
    ///
    /// # Errors
    /// A picture does not fit the state, a look does not fit its picture, or a kernel does not build.
    pub fn paint(
        &mut self,
        kernels: &Kernels,
        encoder: &mut wgpu::CommandEncoder,
        exhibition: &Exhibition<'_>,
        places: &[Place],
        canvas: &wgpu::Texture,
        canvas_view: &wgpu::TextureView,
    ) -> Result<Painted, ViewError> {
        let whole = Rectangle { at: [0, 0], size: [canvas.width(), canvas.height()] };
        let mut all = Painted::Encoded;
        for place in places {
            let Some(subject) = exhibition.subject(place.picture) else { continue };
            let look = exhibition.showing.look(place.picture);
            let direct = place.inner == whole;
            let slot = self.slot(place.picture);
            let target = if direct { None } else { Some(slot.target(&kernels.gpu().clone(), place.inner.size)?) };
            let view = target.as_ref().map_or(canvas_view, |(_, view)| view);
            let target_of = Target { view, size: place.inner.size };
            match slot.painter.paint(kernels, encoder, &subject, &look, &target_of, None)? {
                Painted::NotYet => all = Painted::NotYet,
                Painted::Encoded => {
                    if let Some((texture, _)) = &target {
                        copy(encoder, texture, canvas, &place.inner);
                    }
                }
            }
        }
        Ok(all)
    }

    /// Builds on the calling thread all that painting needs; after it, `paint` never answers `NotYet`.
    ///
    /// # Errors
    /// As [`Self::paint`].
    pub fn build(kernels: &Kernels, exhibition: &Exhibition<'_>) -> Result<(), ViewError> {
        let painter = Painter::new(kernels.gpu());
        for picture in 0..exhibition.pictures.len() {
            if let Some(subject) = exhibition.subject(picture) {
                painter.build(kernels, &subject, &exhibition.showing.look(picture))?;
            }
        }
        Ok(())
    }

    /// As [`Painter::pick`], of one of the pictures.
    ///
    /// # Errors
    /// A kernel does not build.
    pub fn pick(
        &mut self,
        kernels: &Kernels,
        encoder: &mut wgpu::CommandEncoder,
        exhibition: &Exhibition<'_>,
        pointed: &Pointed,
    ) -> Result<Option<Part<'_>>, ViewError> {
        let Some(picture) = exhibition.pictures.get(pointed.picture) else { return Ok(None) };
        self.slot(pointed.picture).painter.pick(kernels, encoder, &picture.content, pointed)
    }

    /// Starts the readbacks of the last painting. To be called after the submission of its encoder.
    pub fn after_submit(&mut self) {
        self.slots.iter_mut().for_each(|slot| slot.painter.after_submit());
    }

    /// What colours or heights of each picture stand for, as far as it is known.
    pub fn ranges(&mut self) -> Vec<Option<ValueRange>> {
        self.slots.iter_mut().map(|slot| slot.painter.range()).collect()
    }

    fn slot(&mut self, picture: usize) -> &mut Slot {
        while self.slots.len() <= picture {
            self.slots.push(Slot { painter: Painter::new(&self.gpu), target: None });
        }
        &mut self.slots[picture]
    }
}

impl Slot {
    fn target(&mut self, gpu: &Gpu, size: [u32; 2]) -> Result<(wgpu::Texture, wgpu::TextureView), ViewError> {
        if let Some((texture, view)) = &self.target
            && [texture.width(), texture.height()] == size
        {
            return Ok((texture.clone(), view.clone()));
        }
        let texture = target_texture(gpu, size)?;
        let view = target_view(&texture);
        Ok(self.target.insert((texture, view)).clone())
    }
}

/// Copies a picture to its place on a canvas.
pub fn copy(encoder: &mut wgpu::CommandEncoder, from: &wgpu::Texture, to: &wgpu::Texture, place: &Rectangle) {
    let [x, y] = place.at;
    let size = wgpu::Extent3d { width: place.size[0], height: place.size[1], depth_or_array_layers: 1 };
    let target = wgpu::TexelCopyTextureInfo { origin: wgpu::Origin3d { x, y, z: 0 }, ..to.as_image_copy() };
    encoder.copy_texture_to_texture(from.as_image_copy(), target, size);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{Axis, Table, Values};

    fn pictures(count: usize) -> Vec<Picture> {
        let axis = || Axis::even("x", -1.0, 1.0);
        let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let content = |index: usize| match index % 3 {
            0 => Content::Cube { array: "field", sites: 16, channels: 4, spots: Vec::new() },
            1 => Content::Map { table: Table::whole("map", 4, 4), x: axis(), y: axis() },
            _ => Content::Points {
                table: Table::whole("points", 2, 9),
                colours: None,
                spokes: false,
                circle: true,
                x: axis(),
                y: axis(),
            },
        };
        (0..count).map(|index| Picture::new(names[index], "drawn", Values::Any, content(index))).collect()
    }

    fn within(inner: &Rectangle, outer: &Rectangle) -> bool {
        (0..2).all(|side| {
            inner.at[side] >= outer.at[side]
                && inner.at[side] + inner.size[side] <= outer.at[side] + outer.size[side]
                && inner.size[side] > 0
        })
    }

    #[test]
    fn frames_stay_on_the_canvas_and_apart_and_hold_their_pictures() {
        for size in [[1200, 800], [800, 1200], [640, 640]] {
            for count in 1..=8 {
                let places = places(&pictures(count), None, size, 1.5);
                assert_eq!(places.len(), count);
                for (index, place) in places.iter().enumerate() {
                    assert!(within(&place.frame, &Rectangle { at: [0, 0], size }), "{size:?} {count}: {place:?}");
                    assert!(within(&place.inner, &place.frame), "{size:?} {count}: {place:?}");
                    for other in &places[..index] {
                        let apart = |side: usize| {
                            place.frame.at[side] >= other.frame.at[side] + other.frame.size[side]
                                || other.frame.at[side] >= place.frame.at[side] + place.frame.size[side]
                        };
                        assert!(apart(0) || apart(1), "{size:?} {count}: {place:?} and {other:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_lone_cube_has_all_pixels_and_a_focus_takes_the_canvas() {
        let alone = places(&pictures(1), None, [300, 200], 1.0);
        assert_eq!(alone[0].inner, Rectangle { at: [0, 0], size: [300, 200] });
        let focused = places(&pictures(3), Some(2), [300, 200], 1.0);
        assert_eq!((focused.len(), focused[0].picture), (1, 2));
        assert_eq!(focused[0].inner.size[0], focused[0].inner.size[1], "a circle is one");
    }

    #[test]
    fn a_scenes_look_is_the_named_pictures_and_unknown_names_are_refused() {
        let pictures = pictures(3);
        let look = Look { opacity: 3.0, ..Look::default() };
        let showing = Showing::new(&pictures, &look, Some("b")).unwrap();
        assert_eq!((showing.focus, showing.look(1), showing.look(0)), (Some(1), look, Look::default()));
        let refusal = Showing::new(&pictures, &look, Some("z")).unwrap_err().to_string();
        assert!(refusal.contains("`z`") && refusal.contains("a, b, c"), "{refusal}");
    }
}
