//! A long recording of many channels.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

/// As a headset and a long session leave them.
pub const CHANNELS: usize = 64;
/// Samples a second.
pub const RATE: usize = 512;
/// Seconds.
pub const SECONDS: usize = 600;

/// An EDF of noise: records of a second each.
pub fn write_edf(path: &Path) {
    let mut header = format!("{:<8}{:<80}{:<80}{:<16}", "0", "", "", "01.01.2600.00.00");
    write!(header, "{:<8}{:<44}{:<8}{:<8}{:<4}", 256 * (CHANNELS + 1), "", SECONDS, 1, CHANNELS).unwrap();
    for channel in 0..CHANNELS {
        write!(header, "{:<16}", format!("E{channel}")).unwrap();
    }
    for (text, width) in [
        ("", 80),
        ("uV", 8),
        ("-3276.8", 8),
        ("3276.7", 8),
        ("-32768", 8),
        ("32767", 8),
        ("", 80),
        ("512", 8),
        ("", 32),
    ] {
        (0..CHANNELS).for_each(|_| write!(header, "{text:<width$}").unwrap());
    }
    assert_eq!(header.len(), 256 * (CHANNELS + 1));
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    file.write_all(header.as_bytes()).unwrap();
    let mut word = 1_u32;
    for _ in 0..SECONDS * CHANNELS * RATE {
        // Numerical Recipes' generator: what is in it does not matter here.
        word = word.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        file.write_all(&((word >> 20) as i16).to_le_bytes()).unwrap();
    }
    file.flush().unwrap();
}
