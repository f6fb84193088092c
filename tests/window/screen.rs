//! A screen that needs no monitor: an X server of the test's own, whose pixels lie in a file.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// Width and height in pixels: the window's own size, so that it covers the screen.
pub const SIZE: [u32; 2] = [1600, 1000];

/// A rectangle on the screen: left, top, right, bottom, in pixels.
pub type Corners = [u32; 4];

/// An X server; it ends with this value.
pub struct Screen {
    server: Child,
    folder: TempDir,
    /// What `DISPLAY` has to be.
    pub display: String,
}

impl Screen {
    /// Starts a server on a display number that nobody uses.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [width, height] = SIZE;
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-noreset", "-screen", "0"])
            .arg(format!("{width}x{height}x24"))
            .arg("-fbdir")
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("Xvfb does not start ({error}): install the package xvfb; `scripts/test` does that")
            });
        let mut number = String::new();
        // It says its number once it listens, or ends without a word.
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        let screen = Self { server, folder, display: format!(":{}", number.trim()) };
        assert!(!number.trim().is_empty(), "Xvfb ended before it had a display");
        screen
    }

    /// What a part of the screen shows.
    pub fn shot(&self, corners: Corners) -> Shot {
        let path = self.folder.path().join("Xvfb_screen0");
        let mut file = File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let dump = Dump::read_header(&mut file);
        let [left, top, right, bottom] = corners;
        let mut pixels = Vec::new();
        for y in top..bottom.min(SIZE[1]) {
            let mut row = vec![0; 4 * right.min(SIZE[0]).saturating_sub(left) as usize];
            let start = dump.pixels + u64::from(y) * dump.bytes_per_line + 4 * u64::from(left);
            file.seek(SeekFrom::Start(start)).unwrap();
            file.read_exact(&mut row).unwrap();
            // The fourth byte means nothing.
            pixels.extend(row.chunks_exact(4).map(|pixel| [pixel[0], pixel[1], pixel[2]]));
        }
        Shot { width: right - left, pixels }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Where the pixels lie in the file, which is an X window dump.
struct Dump {
    pixels: u64,
    bytes_per_line: u64,
}

impl Dump {
    /// The header is a list of numbers of 32 bits, most significant byte first (`XWDFile.h`).
    fn read_header(file: &mut File) -> Self {
        let mut bytes = [0; 100];
        file.read_exact(&mut bytes).unwrap();
        let field = |place: usize| u32::from_be_bytes(bytes[4 * place..][..4].try_into().unwrap());
        let (header_size, version, bits_per_pixel) = (field(0), field(1), field(11));
        assert_eq!((version, bits_per_pixel), (7, 32), "another kind of window dump");
        // A palette of 12 bytes a colour lies between header and pixels.
        Self { pixels: u64::from(header_size + 12 * field(19)), bytes_per_line: u64::from(field(12)) }
    }
}

/// Pixels of a part of the screen, row after row.
#[derive(Clone, PartialEq, Eq)]
pub struct Shot {
    width: u32,
    pixels: Vec<[u8; 3]>,
}

impl Shot {
    /// How many colours it has.
    pub fn colours(&self) -> usize {
        self.pixels.iter().collect::<std::collections::HashSet<_>>().len()
    }

    /// Which part of its pixels differs from another one's.
    pub fn difference(&self, other: &Self) -> f64 {
        assert_eq!((self.width, self.pixels.len()), (other.width, other.pixels.len()), "of another size");
        let differing = self.pixels.iter().zip(&other.pixels).filter(|(one, two)| one != two).count();
        differing as f64 / self.pixels.len() as f64
    }

    /// Which part of its pixels is ground here and something there, or the other way round: another shape, whatever its
    /// colours are. The colour that most pixels have is ground.
    pub fn another_shape(&self, other: &Self) -> f64 {
        assert_eq!((self.width, self.pixels.len()), (other.width, other.pixels.len()), "of another size");
        let mut counts = std::collections::HashMap::<_, usize>::new();
        self.pixels.iter().for_each(|pixel| *counts.entry(pixel).or_default() += 1);
        let ground = counts.into_iter().max_by_key(|(_, count)| *count).map(|(pixel, _)| pixel);
        let is_ground = |pixel: &[u8; 3]| Some(pixel) == ground;
        let differing = self.pixels.iter().zip(&other.pixels).filter(|(one, two)| is_ground(one) != is_ground(two));
        differing.count() as f64 / self.pixels.len() as f64
    }

    /// Writes it as PNG, for whoever looks into a failed test.
    pub fn save(&self, path: &PathBuf) {
        // A window dump has blue first.
        let bytes = self.pixels.iter().flat_map(|[blue, green, red]| [*red, *green, *blue]).collect();
        let height = self.pixels.len() as u32 / self.width;
        image::RgbImage::from_raw(self.width, height, bytes).unwrap().save(path).unwrap();
    }
}
