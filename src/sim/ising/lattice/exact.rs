//! The exact solution of the infinite square lattice without a field, in closed form.

use std::f64::consts::PI;

/// The critical temperature 2 / ln(1 + √2), in units of the coupling (Kramers and Wannier 1941, Onsager 1944).
pub fn critical_temperature() -> f64 {
    2.0 / 2.0_f64.sqrt().ln_1p()
}

/// |m| at this temperature: (1 − sinh(2/T)⁻⁴)^⅛ below the critical one (Yang 1952), 0 above.
pub fn magnetisation(temperature: f64) -> f64 {
    if temperature >= critical_temperature() {
        return 0.0;
    }
    (1.0 - (2.0 / temperature).sinh().powi(-4)).max(0.0).powf(0.125)
}

/// Energy per site at this temperature: −coth 2β · (1 + (2/π)(2 tanh² 2β − 1) K(k)) with k = 2 sinh 2β / cosh² 2β
/// (Onsager 1944).
pub fn energy(temperature: f64) -> f64 {
    let twice = 2.0 / temperature;
    let tangent = twice.tanh();
    let part = 2.0 * tangent * tangent - 1.0;
    // 1 − k² is the square of what stands before K: at the critical temperature K diverges and its factor is 0.
    if part.abs() < 1e-12 {
        return -1.0 / tangent;
    }
    -(1.0 + 2.0 / PI * part * elliptic_of_complement(part.abs())) / tangent
}

/// The complete elliptic integral of the first kind K(k), by its complementary modulus √(1 − k²) in (0, 1]:
/// π / (2 · agm(1, √(1 − k²))).
fn elliptic_of_complement(complement: f64) -> f64 {
    let (mut arithmetic, mut geometric) = (1.0_f64, complement);
    // Converges quadratically: six steps do for any modulus that f64 tells from 1.
    for _ in 0..12 {
        (arithmetic, geometric) = (0.5 * (arithmetic + geometric), (arithmetic * geometric).sqrt());
    }
    PI / (2.0 * arithmetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_the_literature_and_the_limits() {
        assert!((critical_temperature() - 2.269_185_314_213_022).abs() < 1e-14);
        // −√2 at the critical temperature, −2 in the ground state, −2β at high temperature.
        assert!((energy(critical_temperature()) + 2.0_f64.sqrt()).abs() < 1e-9);
        assert!((energy(0.1) + 2.0).abs() < 1e-12);
        assert!((energy(1e4) + 2e-4).abs() < 1e-9);
        assert!((elliptic_of_complement(0.75_f64.sqrt()) - 1.685_750_354_812_596).abs() < 1e-14);
        assert!((magnetisation(2.0) - 0.911_319_377_877_496).abs() < 1e-12);
        assert_eq!(magnetisation(2.27), 0.0);
        assert!((magnetisation(0.5) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn the_energy_is_that_of_small_lattices_enumerated_at_high_temperature() {
        // A 4 × 4 periodic lattice, all 65,536 states. Loops around it, four bonds long, add −2 tanh³ β to its energy; those
        // of six bonds are of the order of the tolerance.
        let temperature = 20.0_f64;
        let (mut weights, mut energies) = (0.0, 0.0);
        for state in 0_u32..1 << 16 {
            let spin = |x: u32, y: u32| f64::from(2 * (state >> (4 * (y % 4) + x % 4) & 1)) - 1.0;
            let sites = (0..4).flat_map(|y| (0..4).map(move |x| (x, y)));
            let energy: f64 = sites.map(|(x, y)| -spin(x, y) * (spin(x + 1, y) + spin(x, y + 1))).sum();
            let weight = (-energy / temperature).exp();
            weights += weight;
            energies += weight * energy / 16.0;
        }
        let loops = -2.0 * (1.0 / temperature).tanh().powi(3);
        assert!((energies / weights - energy(temperature) - loops).abs() < 5e-5);
    }
}
