//! The unstable mean mode: counts, the 2×2 maps of the channel means and their eigenvalues (section 1.9).

use super::*;
use crate::sim::field::constants::draw;
use crate::sim::field::reference::shape::channel_means;

/// Eigenvalues of \[\[a, b\], \[c, d\]\], the greater first.
fn eigenvalues([[a, b], [c, d]]: [[f64; 2]; 2]) -> [f64; 2] {
    let (half_trace, determinant) = ((a + d) / 2.0, a * d - b * c);
    let root = (half_trace * half_trace - determinant).sqrt();
    [half_trace + root, half_trace - root]
}

/// The blazing map of (mean, memory): g ← 0.9g + 0.1·kμ, μ ← kμ + m·g with decay k and momentum rate m.
fn blazing_map(rates: &Rates) -> [[f64; 2]; 2] {
    let (k, m) = (f64::from(rates.decay), f64::from(rates.momentum));
    [[k + m * 0.1 * k, m * 0.9], [0.1 * k, 0.9]]
}

#[test]
fn full_size_has_the_published_counts() {
    let full = FieldModel { sites: 96, channels: 192, ..model(Rules::Published) };
    assert_eq!(full.elements(), 169_869_312);
    assert_eq!(format!("{:.6}", full.bytes() as f64 / 1e9), "0.679477");
    assert_eq!(Shape::of(&full).elements() as u64, full.elements());
}

#[test]
fn blazing_cycle_has_the_published_eigenvalues() {
    // The columns of the map come from one real cycle on uniform fields.
    let column = |mean: f64, memory: f64| {
        let mut reference = Reference::new(&silent(Rules::Published), 1);
        reference.field.fill(mean);
        reference.global_momentum.fill(memory);
        reference.cycle(&blazing(), &[]);
        [channel_means(&reference.field, reference.shape())[3], reference.global_momentum[3]]
    };
    let ([a, c], [b, d]) = (column(1.0, 0.0), column(0.0, 1.0));
    let [greater, lesser] = eigenvalues([[a, b], [c, d]]);
    assert_near(greater, 1.03351, 5e-6);
    assert_near(lesser, 0.86646, 5e-6);
}

#[test]
fn blazing_means_follow_the_map_between_diffusions() {
    let mut reference = Reference::new(&silent(Rules::Published), 5);
    let shape = reference.shape();
    let [[a, b], [c, d]] = blazing_map(&reference.model.rates);
    let mut checked = 0;
    for cycle in 1..=49 {
        let means = channel_means(&reference.field, shape);
        let memories = reference.global_momentum.clone();
        reference.cycle(&blazing(), &[]);
        if cycle % 5 == 0 {
            continue;
        }
        let now = channel_means(&reference.field, shape);
        for channel in 0..shape.channels {
            let (mean, memory) = (means[channel], memories[channel]);
            assert_near(now[channel], a * mean + b * memory, 1e-15);
            assert_near(reference.global_momentum[channel], c * mean + d * memory, 1e-15);
            checked += 1;
        }
    }
    assert_eq!(checked, 40 * 8);
    // The means are not so small that the bound above says nothing.
    assert!(channel_means(&reference.field, shape).iter().any(|mean| mean.abs() > 1e-4));
}

#[test]
fn stable_global_momentum_keeps_the_means_from_growing() {
    let mut reference = Reference::new(&silent(Rules::Stable), 5);
    reference.field.fill(1.0);
    reference.global_momentum.fill(1.0);
    reference.cycle(&blazing(), &[]);
    let k = f64::from(reference.model.rates.decay);
    let memory = 0.9 + 0.1 * k;
    let rate = f64::from(reference.model.rates.momentum);
    assert_near(reference.field[77], k + rate * (memory - k), 1e-15);
}

/// E\[d\] = 0.995 + 0.005·E\[clip(N, −3, 1)\] = 0.9945853. The published description's 0.994589 is a sampled value.
#[test]
fn decay_map_has_the_published_mean() {
    let shape = Shape { sites: 100, channels: 4 };
    let mut map = vec![1.0; shape.elements()];
    tensions::decay_by_map(&mut map, shape, Moment { draws: DRAWS, cycle: 0 }.source(draw::DECAY_MAP));
    let mean = mean_of(&map, shape, |value| value);
    // 4·10⁶ draws of standard deviation 0.0041: standard error 2·10⁻⁶.
    assert_near(mean, 0.994_585_3, 8e-6);
    assert_near(mean, 0.994_589, 1.2e-5);
    assert!(map.iter().all(|value| (0.98..=1.0).contains(value)));
}

#[test]
fn dense_cycle_has_the_published_eigenvalues() {
    // Decay map, momentum and decay on a uniform field and a uniform memory: the parts of the dense cycle that are
    // linear in the mean.
    let shape = Shape { sites: 64, channels: 8 };
    let rates = Rates::default();
    let decay_map = Moment { draws: DRAWS, cycle: 0 }.source(draw::DECAY_MAP);
    let column = |mean: f64, memory: f64| {
        let mut field = vec![mean; shape.elements()];
        let mut momentum = vec![memory; shape.elements()];
        tensions::decay_by_map(&mut field, shape, decay_map);
        physics::carry_momentum(&mut field, &mut momentum, f64::from(rates.momentum), Rules::Published);
        physics::decay(&mut field, f64::from(rates.decay));
        [mean_of(&field, shape, |value| value), mean_of(&momentum, shape, |value| value)]
    };
    let ([a, c], [b, d]) = (column(1.0, 0.0), column(0.0, 1.0));
    let [greater, lesser] = eigenvalues([[a, b], [c, d]]);
    assert_near(greater, 1.02907, 1e-5);
    assert_near(lesser, 0.86550, 1e-5);
}

/// Dense switches without tensions and learning: a real cycle has M per element, no decay map, and no diffusion.
#[test]
fn dense_means_follow_the_map_without_diffusion() {
    let mut scene = silent(Rules::Published);
    scene.rates.diffusion = 0.0;
    let mut reference = Reference::new(&scene, 5);
    let shape = reference.shape();
    let switches = Switches { tensions_left_out: true, learning_left_out: true, ..Switches::default() };
    let (k, m) = (f64::from(scene.rates.decay), f64::from(scene.rates.momentum));
    for _ in 0..40 {
        let (means, memories) = (channel_means(&reference.field, shape), channel_means(&reference.momentum, shape));
        reference.cycle(&switches, &[]);
        let now = (channel_means(&reference.field, shape), channel_means(&reference.momentum, shape));
        for channel in 0..shape.channels {
            let (mean, memory) = (means[channel], memories[channel]);
            assert_near(now.0[channel], k * ((1.0 + 0.1 * m) * mean + 0.9 * m * memory), 1e-15);
            assert_near(now.1[channel], 0.9 * memory + 0.1 * mean, 1e-15);
        }
    }
}
