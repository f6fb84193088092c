//! A picture as an image in memory: for files and tests.

use super::colour::BACKGROUND;
use super::{BoardPainter, Exhibition, Look, Painter, Shown, Target, ViewError, places, target_texture, target_view};
use crate::gpu::{Gpu, GpuError, Kernels};

/// Paints once and waits for the picture: 8-bit sRGB with full opacity, `size` in pixels.
///
/// # Errors
/// What cannot be painted, or a lost device.
pub fn snapshot<'a>(
    kernels: &Kernels,
    shown: impl Into<Shown<'a>>,
    look: &Look,
    size: [u32; 2],
) -> Result<image::RgbaImage, ViewError> {
    let (gpu, shown) = (kernels.gpu(), shown.into());
    let texture = target_texture(gpu, size)?;
    let view = target_view(&texture);
    let mut painter = Painter::new(gpu);
    painter.build(kernels, shown, look)?;
    let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("snapshot") });
    painter.paint(kernels, &mut encoder, shown, look, &Target { view: &view, size }, None)?;
    read(gpu, encoder, &texture, size)
}

/// As [`snapshot`], of all pictures at the places that a window would give them; without the window's axes and names.
///
/// # Errors
/// What cannot be painted, or a lost device.
pub fn snapshot_of_board(
    kernels: &Kernels,
    exhibition: &Exhibition<'_>,
    size: [u32; 2],
) -> Result<image::RgbaImage, ViewError> {
    let gpu = kernels.gpu();
    let texture = target_texture(gpu, size)?;
    let view = target_view(&texture);
    let mut painter = BoardPainter::new(gpu);
    BoardPainter::build(kernels, exhibition)?;
    let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("snapshot") });
    let places = places(exhibition.pictures, exhibition.showing.focus, size, 1.0);
    painter.paint(kernels, &mut encoder, exhibition, &places, &texture, &view)?;
    let mut image = read(gpu, encoder, &texture, size)?;
    // Between the pictures nothing was painted.
    for pixel in image.pixels_mut().filter(|pixel| pixel.0[3] == 0) {
        let [red, green, blue] = BACKGROUND;
        *pixel = image::Rgba([red, green, blue, 255]);
    }
    Ok(image)
}

/// Submits, waits, and takes the texture's pixels.
fn read(
    gpu: &Gpu,
    mut encoder: wgpu::CommandEncoder,
    texture: &wgpu::Texture,
    size: [u32; 2],
) -> Result<image::RgbaImage, ViewError> {
    let row = (4 * size[0]).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
    let staging = gpu.device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("snapshot"),
        size: u64::from(row) * u64::from(size[1]),
        usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
        mapped_at_creation: false,
    });
    encoder.copy_texture_to_buffer(
        texture.as_image_copy(),
        wgpu::TexelCopyBufferInfo {
            buffer: &staging,
            layout: wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(row), rows_per_image: None },
        },
        texture.size(),
    );
    gpu.queue.submit([encoder.finish()]);
    let (send, mapped) = crossbeam_channel::bounded(1);
    staging.slice(..).map_async(wgpu::MapMode::Read, move |result| {
        // The receiver stands below and lives longer.
        let _ = send.try_send(result);
    });
    gpu.wait()?;
    match mapped.try_recv() {
        Ok(Ok(())) => {}
        Ok(Err(error)) => return Err(GpuError::Lost(error.to_string()).into()),
        Err(_) => return Err(GpuError::Lost("the picture was never copied".to_owned()).into()),
    }
    let padded = staging.slice(..).get_mapped_range();
    let pixels = padded.chunks_exact(row as usize).flat_map(|row| &row[..4 * size[0] as usize]).copied().collect();
    image::RgbaImage::from_raw(size[0], size[1], pixels).ok_or(ViewError::Size(
        size[0],
        size[1],
        gpu.limits.max_texture_dimension_2d,
    ))
}
