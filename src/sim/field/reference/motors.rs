//! Motor outputs, each in (−1, 1): published system, section 1.2 step 7 and section 1.3 step 7.

use super::shape::Shape;
use super::tensions::steepness;

/// tanh(10·r·m): m the mean, over the 3×3×3 box at the spot clipped to the grid, of the channel mean of
/// √(Dx² + Dy² + Dz²); r the channel mean at the spot of Dx for motor 0, Dy for motor 1 and Dz for the others
/// (section 1.2 step 7).
pub fn gradient_motors(field: &[f64], shape: Shape, spots: &[[u32; 3]]) -> Vec<f64> {
    let mean_over_channels = |site: usize, figure: &dyn Fn([f64; 3]) -> f64| {
        let figures = field.chunks(shape.volume()).map(|channel| figure(shape.backward_differences(channel, site)));
        figures.sum::<f64>() / shape.channels as f64
    };
    let motor = |(index, &spot): (usize, &[u32; 3])| {
        let box_sites = clipped_box(shape, spot);
        let steep: f64 = box_sites.iter().map(|&site| mean_over_channels(site, &steepness)).sum();
        let magnitude = steep / box_sites.len() as f64;
        let axis = index.min(2);
        let site = shape.site(spot.map(|coordinate| coordinate as usize));
        let direction = mean_over_channels(site, &|differences| differences[axis]);
        (10.0 * direction * magnitude).tanh()
    };
    spots.iter().enumerate().map(motor).collect()
}

/// tanh(5·mean over the channels of F at the spot) (section 1.3 step 7).
pub fn direct_motors(field: &[f64], shape: Shape, spots: &[[u32; 3]]) -> Vec<f64> {
    let mean_at = |site: usize| field.iter().skip(site).step_by(shape.volume()).sum::<f64>() / shape.channels as f64;
    spots.iter().map(|spot| (5.0 * mean_at(shape.site(spot.map(|coordinate| coordinate as usize)))).tanh()).collect()
}

/// The sites of \[q−1, q+1\]³ that exist.
fn clipped_box(shape: Shape, spot: [u32; 3]) -> Vec<usize> {
    let [xs, ys, zs] = spot.map(|coordinate| {
        let centre = coordinate as usize;
        centre.saturating_sub(1)..=(centre + 1).min(shape.sites - 1)
    });
    let mut sites = Vec::with_capacity(27);
    for z in zs {
        for y in ys.clone() {
            sites.extend(xs.clone().map(|x| shape.site([x, y, z])));
        }
    }
    sites
}
