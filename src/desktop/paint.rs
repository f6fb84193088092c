//! The seam to the painters: the only place of the window that knows how a state becomes a picture.

use super::look::{Layout, Look};
use crate::gpu::{Buffers, Gpu, Kernels};
use crate::sim::{Picture, State};
use std::sync::Arc;

/// What there is to paint.
#[expect(dead_code, reason = "the placeholder paints nothing of it yet")]
pub struct Scenery<'a> {
    /// The buffers behind the state.
    pub buffers: &'a Buffers,
    /// The named arrays.
    pub state: &'a State,
    /// What they show.
    pub picture: &'a Picture,
    /// How to look at it.
    pub look: &'a Look,
}

/// Where to paint.
#[expect(dead_code, reason = "the placeholder clears all of it")]
pub struct Canvas<'a> {
    /// An `Rgba8Unorm` texture that holds linear values; a storage texture and a render target.
    pub view: &'a wgpu::TextureView,
    /// Its width and height in pixels.
    pub size: [u32; 2],
}

/// Draws a system's state into a texture.
pub struct Painter {
    gpu: Gpu,
}

impl Painter {
    /// A painter on this device.
    pub fn new(gpu: &Gpu, _kernels: &Arc<Kernels>) -> Self {
        Self { gpu: gpu.clone() }
    }

    /// Encodes and submits the picture. Gives the values at the ends of the colour map, as far as they are known.
    ///
    /// # Errors
    /// A kernel that does not build, or a state that it cannot draw.
    pub fn paint(&mut self, scenery: &Scenery<'_>, canvas: &Canvas<'_>) -> Result<Option<[f32; 2]>, String> {
        let mut encoder = self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let [red, green, blue] = scenery.look.colour_map.colour(0.2).map(|value| (f64::from(value) / 255.0).powf(2.2));
        drop(encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("placeholder"),
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: canvas.view,
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations {
                    load: wgpu::LoadOp::Clear(wgpu::Color { r: red, g: green, b: blue, a: 1.0 }),
                    store: wgpu::StoreOp::Store,
                },
            })],
            ..Default::default()
        }));
        self.gpu.queue.submit([encoder.finish()]);
        Ok(None)
    }
}

/// Takes over a drag from one place of the picture to another: by what lies under `from`, it moves slices or turns the
/// volume.
pub fn drag(look: &mut Look, from: [f32; 2], to: [f32; 2]) {
    let [across, down] = [to[0] - from[0], to[1] - from[1]];
    match look.layout {
        Layout::Slices => {
            look.slices[0] = (look.slices[0] + across).clamp(0.0, 1.0);
            look.slices[1] = (look.slices[1] + down).clamp(0.0, 1.0);
        }
        Layout::Volume | Layout::Both => {
            look.yaw += across * 4.0;
            look.pitch = (look.pitch + down * 4.0).clamp(-1.5, 1.5);
        }
    }
}

/// The site under a place of the picture, if there is one.
pub fn pick(picture: &Picture, look: &Look, at: [f32; 2], _size: [u32; 2]) -> Option<[u32; 3]> {
    let Picture::Cube { sites, .. } = picture;
    let site = |place: f32| ((place * *sites as f32) as u32).min(sites.saturating_sub(1));
    (look.layout == Layout::Slices).then(|| [site(at[0]), site(at[1]), site(look.slices[2])])
}
