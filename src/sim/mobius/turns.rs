//! Simulated time as turns in fixed point: phases that lose no digit however long the run.

use super::constants::FREQUENCY_QUANTUM;

/// The turn that a frequency of one quantum (2⁻²² rad/s) has made after so many seconds, modulo one, in units of 2⁻⁶⁴.
///
/// A node's frequency is a whole number m of quanta, so its phase is m times this with the overflow left out: whole
/// numbers, the same on every device. The error is that of the seconds in f64: below 1e-12 turns at 10⁴ s.
pub fn of_quantum(seconds: f64) -> u64 {
    let turns = seconds * (FREQUENCY_QUANTUM / std::f64::consts::TAU);
    let part = turns - turns.floor();
    let high = (part * 2.0_f64.powi(32)).floor();
    let low = ((part * 2.0_f64.powi(32) - high) * 2.0_f64.powi(32)).floor();
    (high as u64) << 32 | low as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frequency_times_a_time_is_its_phase() {
        for (seconds, frequency) in [(0.05, 1.5), (1e4, 1.234_567), (9_876.543_21, 2.9), (1e6, 0.3)] {
            let quanta = (frequency / FREQUENCY_QUANTUM).round();
            let turn = of_quantum(seconds).wrapping_mul(quanta as u64) as f64 / 2.0_f64.powi(64);
            let wanted = (quanta * FREQUENCY_QUANTUM * seconds / std::f64::consts::TAU).rem_euclid(1.0);
            let apart = (turn - wanted).abs();
            assert!(apart.min(1.0 - apart) < 1e-10 * seconds.max(1.0), "{seconds} s: {turn} against {wanted}");
        }
    }
}
