//! A comodulogram as a plain picture: a cell a pair, phase to the right and amplitude upwards, and a bar of the colours.

use crate::view::ColourMap;
use crate::view::colour::BACKGROUND;
use image::{Rgba, RgbaImage};
use ndarray::Array2;

/// Pixels along the longer side of the map.
const MAP: usize = 720;
/// Pixels around it.
const MARGIN: usize = 24;
/// Pixels of the bar's width.
const BAR: usize = 28;

/// Pixels of the line around what is significant.
const LINE: usize = 3;
/// Below it a pair is significant.
const LEVEL: f32 = 0.05;

/// Draws a map of shape [amplitude bands, phase bands], from 0 to its largest value, with a line around the pairs whose p is
/// below 0.05.
pub fn picture(map: &Array2<f32>, p: Option<&Array2<f32>>) -> RgbaImage {
    let (rows, columns) = map.dim();
    let cell = (MAP / rows.max(columns).max(1)).max(2);
    let (width, height) = (cell * columns, cell * rows);
    let largest = map.iter().copied().fold(0.0_f32, f32::max);
    let opaque = |[red, green, blue]: [u8; 3]| Rgba([red, green, blue, 255]);
    let size = [width + 3 * MARGIN + BAR, height + 2 * MARGIN].map(|pixels| pixels as u32);
    RgbaImage::from_fn(size[0], size[1], |x, y| {
        let (x, y) = ((x as usize).wrapping_sub(MARGIN), (y as usize).wrapping_sub(MARGIN));
        if y >= height {
            return opaque(BACKGROUND);
        }
        let is_significant = |x: usize, y: usize| {
            let at = (rows.checked_sub(1 + y / cell), x / cell);
            at.0.and_then(|row| p?.get((row, at.1))).is_some_and(|p| *p < LEVEL)
        };
        if x < width {
            let near = [(x + LINE, y), (x.wrapping_sub(LINE), y), (x, y + LINE), (x, y.wrapping_sub(LINE))];
            if is_significant(x, y) && near.into_iter().any(|(x, y)| !is_significant(x, y)) {
                return opaque([255; 3]);
            }
            let value = map.get((rows - 1 - y / cell, x / cell)).copied().unwrap_or(0.0);
            return opaque(ColourMap::Ember.colour(if largest > 0.0 { value / largest } else { 0.0 }));
        }
        let of_bar = x.wrapping_sub(width + MARGIN);
        if of_bar < BAR {
            return opaque(ColourMap::Ember.colour(1.0 - y as f32 / height as f32));
        }
        opaque(BACKGROUND)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_value_is_the_brightest_cell_and_stands_where_it_belongs() {
        let map = Array2::from_shape_fn((3, 2), |at| if at == (2, 1) { 4.0 } else { 0.0 });
        let image = picture(&map, None);
        let bright = ColourMap::Ember.colour(1.0);
        // Highest amplitude band on top, second phase band to the right.
        let at = |x: usize, y: usize| image.get_pixel((MARGIN + x) as u32, (MARGIN + y) as u32).0[..3].to_vec();
        assert_eq!(at(360, 100), bright);
        assert_eq!(at(100, 100), ColourMap::Ember.colour(0.0));
        assert_eq!(at(2 * 240 + MARGIN + 5, 0), bright);
    }

    #[test]
    fn what_is_significant_has_a_line_around_it() {
        let map = Array2::from_elem((3, 2), 1.0);
        let p = Array2::from_shape_fn((3, 2), |at| if at == (2, 1) { 0.01 } else { 0.5 });
        let image = picture(&map, Some(&p));
        let at = |x: usize, y: usize| image.get_pixel((MARGIN + x) as u32, (MARGIN + y) as u32).0[..3] == [255; 3];
        // The cell goes from 240 to 480 across and from 0 to 240 down.
        let line = [at(241, 100), at(478, 100), at(360, 1), at(360, 238)];
        assert_eq!((line, at(360, 100), at(100, 100)), ([true; 4], false, false));
    }
}
