//! `fieldscope snapshot`: runs a scene and draws its state into a PNG, with the window's own painter.

use super::arguments::SnapshotArguments;
use super::error::CliError;
use super::record::make_folder;
use super::run::start;
use crate::driver::Driver;
use crate::view::{self, Exhibition, Showing, board};
use std::path::Path;

/// Runs the command.
///
/// # Errors
/// Anything that keeps the picture from being drawn or written.
pub fn snapshot(arguments: &SnapshotArguments) -> Result<(), CliError> {
    let size = match arguments.pixels.as_slice() {
        [width, height] if (64..=8192).contains(width) && (64..=8192).contains(height) => [*width, *height],
        other => return Err(CliError::Input(format!("--pixels {other:?} is not two numbers from 64 to 8192"))),
    };
    let mut run = start(&arguments.scene)?;
    if !run.run_to(arguments.cycle)? {
        return Err(CliError::Input("interrupted: no picture was written".to_owned()));
    }
    if let Some(name) = &arguments.picture {
        let index = board::index_of(&run.driver.pictures(), name);
        run.showing.focus = Some(index.map_err(|error| CliError::Input(format!("--picture: {error}")))?);
    }
    write_picture(&mut run.driver, &run.showing, &arguments.out, size)?;
    println!("picture of cycle {}: {}", arguments.cycle, arguments.out.display());
    Ok(())
}

/// Draws what the driver holds into a PNG.
///
/// # Errors
/// The painter or the file.
pub fn write_picture(driver: &mut Driver, showing: &Showing, path: &Path, size: [u32; 2]) -> Result<(), CliError> {
    make_folder(path)?;
    let descriptor = wgpu::CommandEncoderDescriptor { label: Some("look") };
    let mut encoder = driver.gpu().device.create_command_encoder(&descriptor);
    // A driver that has run to a cycle builds its kernels on the spot.
    driver.look(&mut encoder)?;
    driver.gpu().queue.submit([encoder.finish()]);
    let (state, pictures) = (driver.state(), driver.pictures());
    let exhibition = Exhibition { buffers: driver.buffers(), state: &state, pictures: &pictures, showing };
    let image = view::snapshot_of_board(driver.kernels(), &exhibition, size)?;
    image.save_with_format(path, image::ImageFormat::Png).map_err(|error| CliError::file(path, error))
}
