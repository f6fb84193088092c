//! Figures as text. What was not measured is a dash, never a zero.

use std::time::Duration;

/// What stands where there is no figure.
pub const MISSING: &str = "–";

/// Three significant digits, without an exponent where that stays short.
pub fn figure(value: Option<f64>) -> String {
    let Some(value) = value.filter(|value| value.is_finite()) else { return MISSING.to_owned() };
    let size = value.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if !(1e-4..1e6).contains(&size) {
        return format!("{value:.2e}");
    }
    let decimals = 2 - (size * (1.0 + 1e-12)).log10().floor() as i32;
    format!("{value:.*}", usize::try_from(decimals).unwrap_or(0))
}

/// Six significant digits; whole numbers as such.
pub fn precise(value: f64) -> String {
    let size = value.abs();
    match value {
        _ if !value.is_finite() => format!("{value} (not finite)"),
        _ if value.fract() == 0.0 && size < 1e9 => format!("{value:.0}"),
        _ if !(1e-4..1e6).contains(&size) => format!("{value:.5e}"),
        _ => {
            let decimals = 5 - (size * (1.0 + 1e-12)).log10().floor() as i32;
            format!("{value:.*}", usize::try_from(decimals).unwrap_or(0))
        }
    }
}

/// Milliseconds for a narrow column: three digits, fewer where the value is small, and never a zero for what took time.
pub fn milliseconds(value: Option<f64>) -> String {
    match value.filter(|value| value.is_finite()) {
        Some(value) if value > 0.0 && value < 0.000_05 => format!("{value:.0e}"),
        Some(value) if value > 0.0 && value < 0.01 => format!("{value:.4}"),
        other => figure(other),
    }
}

/// GB/s for a narrow column; below a hundredth the digits mean nothing.
pub fn bandwidth(value: Option<f64>) -> String {
    match value {
        Some(value) if value > 0.0 && value < 0.01 => "<0.01".to_owned(),
        Some(value) if value > 0.0 && value < 1.0 => format!("{value:.2}"),
        other => milliseconds(other),
    }
}

/// A part of 1 in percent.
pub fn percent(part: Option<f64>) -> String {
    match part.filter(|part| part.is_finite()) {
        None => MISSING.to_owned(),
        Some(part) if part > 0.0 && part < 0.000_5 => "<0.1".to_owned(),
        Some(part) => format!("{:.1}", part * 100.0),
    }
}

/// A whole number in groups of three.
pub fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// Bytes in decimal units.
pub fn bytes(value: u64) -> String {
    let (unit, size) = match value {
        0..1_000 => return format!("{value} B"),
        1_000..1_000_000 => ("kB", 1e3),
        1_000_000..1_000_000_000 => ("MB", 1e6),
        _ => ("GB", 1e9),
    };
    format!("{} {unit}", figure(Some(value as f64 / size)))
}

/// Minutes and seconds with a tenth.
pub fn elapsed(duration: Duration) -> String {
    let tenths = duration.as_millis() / 100;
    format!("{:02}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
}

/// A factor, or a range of factors.
pub fn factor(low: f64, high: f64) -> String {
    if low == high { format!("{}×", short(low)) } else { format!("{}–{}×", short(low), short(high)) }
}

fn short(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { figure(Some(value)) }
}

/// A number that may be large, with three digits and the prefix of its unit.
pub fn many(value: Option<f64>) -> String {
    let Some(value) = value.filter(|value| value.is_finite()) else { return MISSING.to_owned() };
    let scale = [(1e12, " T"), (1e9, " G"), (1e6, " M"), (1e4, " k")].into_iter().find(|(least, _)| value >= *least);
    match scale {
        Some((1e4, prefix)) => format!("{}{prefix}", figure(Some(value / 1e3))),
        Some((least, prefix)) => format!("{}{prefix}", figure(Some(value / least))),
        None => figure(Some(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_figure_is_a_dash_and_a_small_one_is_not_zero() {
        assert_eq!(figure(None), "–");
        assert_eq!(figure(Some(f64::NAN)), "–");
        assert_eq!(figure(Some(0.000_2)), "0.000200");
        assert_eq!(figure(Some(1.0e-7)), "1.00e-7");
        assert_eq!(milliseconds(None), "–");
        assert_eq!(milliseconds(Some(0.008_23)), "0.0082");
        assert_eq!(milliseconds(Some(0.000_02)), "2e-5");
        assert_eq!(bandwidth(Some(0.000_7)), "<0.01");
        assert_eq!(bandwidth(Some(14.21)), "14.2");
        assert_eq!(milliseconds(Some(0.012_34)), "0.0123");
        assert_eq!(percent(None), "–");
        assert_eq!(percent(Some(0.000_01)), "<0.1");
    }

    #[test]
    fn figures_keep_three_digits() {
        assert_eq!(figure(Some(12.345)), "12.3");
        assert_eq!(figure(Some(1.0)), "1.00");
        assert_eq!(figure(Some(1234.5)), "1234");
        assert_eq!(figure(Some(-0.051)), "-0.0510");
        assert_eq!(percent(Some(0.5)), "50.0");
        assert_eq!(many(Some(1234.5)), "1234");
        assert_eq!([precise(12.345_678), precise(-8_000.0), precise(2.5e-9)], ["12.3457", "-8000", "2.50000e-9"]);
        assert_eq!(precise(f64::NAN), "NaN (not finite)");
        assert_eq!(many(Some(12_340.0)), "12.3 k");
        assert_eq!(many(Some(5.67e9)), "5.67 G");
        assert_eq!(many(None), MISSING);
    }

    #[test]
    fn whole_numbers_bytes_times_and_factors() {
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(grouped(123), "123");
        assert_eq!(bytes(679_477_248), "679 MB");
        assert_eq!(elapsed(Duration::from_millis(61_250)), "01:01.2");
        assert_eq!(factor(10.0, 100.0), "10–100×");
        assert_eq!(factor(5.0, 5.0), "5×");
        assert_eq!(factor(1.5, 2.0), "1.50–2×");
    }
}
