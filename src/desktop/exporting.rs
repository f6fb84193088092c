//! What the pictures show, as files: all of them as PNG, and the numbers of each as CSV and npz.

use crate::driver::Driver;
use crate::view::numbers::Numbers;
use crate::view::{Exhibition, Showing, snapshot_of_board};
use ndarray::Array1;
use ndarray_npy::NpzWriter;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Pixels of the picture of all pictures.
const PIXELS: [u32; 2] = [1600, 1000];

/// Writes everything into `out/<scene>-cycle<N>/` and returns that folder. The driver stands between two cycles.
///
/// # Errors
/// What could not be read, painted or written, as a sentence.
pub fn export(driver: &mut Driver, showing: &Showing, scene: &str) -> Result<PathBuf, String> {
    let folder = PathBuf::from("out").join(format!("{scene}-cycle{}", driver.status().cycle));
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let descriptor = wgpu::CommandEncoderDescriptor { label: Some("look") };
    let mut encoder = driver.gpu().device.create_command_encoder(&descriptor);
    driver.look(&mut encoder).map_err(|error| error.to_string())?;
    driver.gpu().queue.submit([encoder.finish()]);
    let (state, pictures) = (driver.state(), driver.pictures());
    let exhibition = Exhibition { buffers: driver.buffers(), state: &state, pictures: &pictures, showing };
    let path = folder.join("pictures.png");
    let image = snapshot_of_board(driver.kernels(), &exhibition, PIXELS).map_err(|error| error.to_string())?;
    image.save_with_format(&path, image::ImageFormat::Png).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut all = Vec::new();
    for (index, picture) in pictures.iter().enumerate() {
        let Some(subject) = exhibition.subject(index) else { continue };
        let numbers = Numbers::read(driver.gpu(), &subject).map_err(|error| error.to_string())?;
        all.extend(numbers.map(|numbers| (picture.name.replace(' ', "_"), numbers)));
    }
    for (name, numbers) in &all {
        let path = folder.join(format!("{name}.csv"));
        std::fs::write(&path, numbers.csv()).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    write_npz(&folder.join("numbers.npz"), &all)?;
    Ok(folder)
}

/// Every table by its picture's name, with `NAME.x` and `NAME.y` where its axes have numbers.
fn write_npz(path: &Path, all: &[(String, Numbers)]) -> Result<(), String> {
    let failed = |error: String| format!("{}: {error}", path.display());
    let file = File::create(path).map_err(|error| failed(error.to_string()))?;
    let mut npz = NpzWriter::new(std::io::BufWriter::new(file));
    for (name, numbers) in all {
        npz.add_array(name, &numbers.values).map_err(|error| failed(error.to_string()))?;
        for (axis, along) in ["x", "y"].into_iter().zip(&numbers.axes) {
            if !along.values.is_empty() {
                let values = Array1::from(along.values.clone());
                npz.add_array(format!("{name}.{axis}"), &values).map_err(|error| failed(error.to_string()))?;
            }
        }
    }
    npz.finish().map_err(|error| failed(error.to_string()))?;
    Ok(())
}
