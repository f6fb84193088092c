//! How much memory is left for buffers, and how much was in use, where that can be known.

use super::adapter::Gpu;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Tenths of the free memory that a state may take: pictures, readbacks and other programs need the rest.
const TENTHS: u64 = 9;

/// The largest account that the allocator ever gave: bytes in use, and bytes of the blocks that it held.
#[derive(Debug, Default)]
pub struct Peak {
    is_watched: AtomicBool,
    used: AtomicU64,
    held: AtomicU64,
}

impl Gpu {
    /// From now on the allocator is asked whenever memory was taken and before every submission, when what is written to
    /// the device is still kept twice: memory only grows in between.
    pub fn watch_memory(&self) {
        self.peak.is_watched.store(true, Ordering::Relaxed);
        self.sample_memory();
    }

    /// The most bytes that were in use at once since they are watched, and the most that the allocator held for them. None
    /// where nobody watched, or where the allocator keeps no account.
    pub fn peak_memory(&self) -> Option<[u64; 2]> {
        let [used, held] = [&self.peak.used, &self.peak.held].map(|bytes| bytes.load(Ordering::Relaxed));
        (held > 0).then_some([used, held])
    }

    /// Takes the allocator's account into the peak, where somebody watches.
    pub fn sample_memory(&self) {
        if self.peak.is_watched.load(Ordering::Relaxed)
            && let Some([used, held]) = self.allocated()
        {
            self.peak.used.fetch_max(used, Ordering::Relaxed);
            self.peak.held.fetch_max(held, Ordering::Relaxed);
        }
    }

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
    use crate::gpu::{AdapterChoice, BufferId, BufferRequest, Buffers};

    #[test]
    fn the_peak_outlives_the_memory_that_made_it() {
        let gpu = Gpu::open(&AdapterChoice::from_flag_or_environment(None)).expect("the tests need an adapter");
        let request = |bytes| [BufferRequest { id: BufferId { name: "peak", index: 0 }, bytes }];
        let mut buffers = Buffers::default();
        buffers.allocate(&gpu, &request(1 << 20)).unwrap();
        assert_eq!(gpu.peak_memory(), None, "nobody watched");
        gpu.watch_memory();
        let Some([before, _]) = gpu.peak_memory() else {
            assert_eq!(gpu.allocated(), None, "there is an account, and no peak of it");
            return;
        };
        assert!(before >= 1 << 20, "{before}");
        buffers.allocate(&gpu, &request(48 << 20)).unwrap();
        drop(buffers);
        gpu.wait().unwrap();
        let [peak, held] = gpu.peak_memory().unwrap();
        assert!(peak >= 48 << 20 && held >= peak, "{peak}, {held}");
        assert!(gpu.allocated().unwrap()[0] < 48 << 20, "it was freed: {:?}", gpu.allocated());
    }

    #[test]
    fn the_available_memory_is_read_in_bytes() {
        let text = "MemTotal:       24607900 kB\nMemFree:         16121416 kB\nMemAvailable:   20403952 kB\n";
        assert_eq!(available(text), Some(20_403_952 * 1024));
        for other in ["", "MemTotal: 5 kB\n", "MemAvailable: many kB\n", "MemAvailable: 18446744073709551615 kB\n"] {
            assert_eq!(available(other), None, "{other}");
        }
    }
}
