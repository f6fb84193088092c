//! The eye that looks at the cube, the same for rays on the device and for lines placed by the host.

use super::{layout::Rectangle, look::Camera};
use glam::{Vec2, Vec3};

/// Distance of the eye from the middle of the cube, in edges of the cube: a mild perspective.
pub const DISTANCE: f32 = 4.0;
/// Radius of the sphere around the cube, in edges, with a little air.
pub const RADIUS: f32 = 0.9;

/// A camera on a panel. The cube is [-½, ½]³.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Eye {
    /// Where it is.
    pub position: Vec3,
    /// Where it looks; length 1.
    pub forward: Vec3,
    /// From the panel's middle to its right edge, at distance 1.
    pub right: Vec3,
    /// From the panel's middle to its top edge, at distance 1.
    pub up: Vec3,
    panel: Rectangle,
}

impl Eye {
    /// The camera's eye for a panel of this size.
    pub fn new(camera: &Camera, panel: Rectangle) -> Self {
        let (yaw, pitch) = (camera.yaw.to_radians(), camera.pitch.to_radians());
        let outward = Vec3::new(pitch.cos() * yaw.sin(), -pitch.cos() * yaw.cos(), pitch.sin());
        let right = Vec3::new(yaw.cos(), yaw.sin(), 0.0);
        let forward = -outward;
        let half_angle = RADIUS / (DISTANCE * DISTANCE - RADIUS * RADIUS).sqrt() / camera.zoom;
        let [width, height] = panel.size.map(|length| length as f32);
        let shorter = width.min(height).max(1.0);
        Self {
            position: outward * DISTANCE,
            forward,
            right: right * half_angle * (width / shorter),
            up: right.cross(forward) * half_angle * (height / shorter),
            panel,
        }
    }

    /// The pixel of the target that shows a point of the cube.
    pub fn project(&self, point: Vec3) -> Vec2 {
        let seen = point - self.position;
        let depth = seen.dot(self.forward);
        let x = seen.dot(self.right) / (depth * self.right.length_squared());
        let y = seen.dot(self.up) / (depth * self.up.length_squared());
        let [left, top] = self.panel.at.map(|length| length as f32);
        let [width, height] = self.panel.size.map(|length| length as f32);
        Vec2::new(left + 0.5 * (1.0 + x) * width, top + 0.5 * (1.0 - y) * height)
    }

    /// Whether the outward side of the face with this normal is seen; the face lies ½ from the middle.
    pub fn sees(&self, normal: Vec3) -> bool {
        normal.dot(self.position - 0.5 * normal) > 0.0
    }
}

impl Camera {
    /// The camera after a drag by this many pixels: half a turn for 400 of them.
    #[must_use]
    pub fn orbited(self, by: [f32; 2]) -> Self {
        let yaw = (self.yaw - 0.45 * by[0]).rem_euclid(360.0);
        Self { yaw, pitch: (self.pitch + 0.45 * by[1]).clamp(-89.0, 89.0), ..self }
    }

    /// The camera after turning the wheel by this many notches; towards the cube where positive.
    #[must_use]
    pub fn zoomed(self, notches: f32) -> Self {
        Self { zoom: (self.zoom * 1.15_f32.powf(notches)).clamp(0.1, 20.0), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PANEL: Rectangle = Rectangle { at: [100, 50], size: [400, 300] };

    #[test]
    fn the_middle_of_the_cube_is_in_the_middle_of_the_panel() {
        for (yaw, pitch) in [(0.0, 0.0), (32.0, 24.0), (250.0, -80.0)] {
            let eye = Eye::new(&Camera { yaw, pitch, zoom: 1.3 }, PANEL);
            assert!((eye.project(Vec3::ZERO) - Vec2::new(300.0, 200.0)).length() < 1e-3);
        }
    }

    #[test]
    fn at_rest_x_goes_right_and_z_goes_up() {
        let eye = Eye::new(&Camera { yaw: 0.0, pitch: 0.0, zoom: 1.0 }, PANEL);
        let middle = eye.project(Vec3::ZERO);
        assert!(eye.project(Vec3::X * 0.5).x > middle.x + 50.0);
        assert!(eye.project(Vec3::Z * 0.5).y < middle.y - 50.0);
        assert!(eye.sees(Vec3::NEG_Y) && !eye.sees(Vec3::Y));
    }

    #[test]
    fn the_whole_cube_fits_from_everywhere() {
        for step in 0..500 {
            let camera = Camera { yaw: step as f32 * 7.3, pitch: (step as f32 * 3.7) % 178.0 - 89.0, zoom: 1.0 };
            let eye = Eye::new(&camera, PANEL);
            for corner in 0..8 {
                let point = Vec3::from_array([0, 1, 2].map(|axis| (corner >> axis & 1) as f32 - 0.5));
                assert!(PANEL.contains(eye.project(point).to_array()), "{camera:?}: {point}");
            }
        }
    }
}
