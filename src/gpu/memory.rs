//! How much memory is left for buffers, where that can be known.

use super::adapter::Gpu;
use std::path::Path;

/// Tenths of the free memory that a state may take: pictures, readbacks and other programs need the rest.
const TENTHS: u64 = 9;

impl Gpu {
    /// Bytes that new buffers may take; `None` where nobody can tell.
    ///
    /// A software adapter's memory is the machine's. It grants more than there is and takes it when it is written to,
    /// which would end this program or another one: so it has to be asked for before.
    pub fn room(&self) -> Option<u64> {
        if !self.is_software() {
            return None;
        }
        let known = std::fs::read_to_string(Path::new("/proc/meminfo")).ok()?;
        Some(available(&known)? / 10 * TENTHS)
    }
}

/// The bytes that Linux says can be had without swapping.
fn available(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_available_memory_is_read_in_bytes() {
        let text = "MemTotal:       24607900 kB\nMemFree:         16121416 kB\nMemAvailable:   20403952 kB\n";
        assert_eq!(available(text), Some(20_403_952 * 1024));
        for other in ["", "MemTotal: 5 kB\n", "MemAvailable: many kB\n", "MemAvailable: 18446744073709551615 kB\n"] {
            assert_eq!(available(other), None, "{other}");
        }
    }
}
