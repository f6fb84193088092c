// Where every node is in the picture, and what is square to the sheet there.
#import fieldscope::view::surface::shared::{Seen, Surface, node_at}

@group(0) @binding(0) var<storage, read> places: array<f32>;
@group(0) @binding(1) var<storage, read_write> seen: array<Seen>;
@group(0) @binding(2) var<uniform> surface: Surface;

fn place_of(node: u32) -> vec3<f32> {
    let element = surface.first + node % surface.columns * surface.column_step + node / surface.columns * surface.row_step;
    return surface.eye.w * vec3(places[element], places[element + 1u], places[element + 2u]);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
    let node = id.y * workgroups.x * 64u + id.x;
    if node >= surface.columns * surface.rows {
        return;
    }
    let column = node % surface.columns;
    let row = node / surface.columns;
    let place = place_of(node);
    var ahead = node;
    if column + 1u < surface.columns || surface.seam > 0u {
        ahead = node_at(surface, column + 1u, row);
    }
    var behind = node;
    if column > 0u {
        behind = node - 1u;
    } else if surface.seam > 0u {
        behind = select(row, surface.rows - 1u - row, surface.seam == 2u) * surface.columns + surface.columns - 1u;
    }
    let along = place_of(ahead) - place_of(behind);
    let across = place_of(min(row + 1u, surface.rows - 1u) * surface.columns + column)
        - place_of((max(row, 1u) - 1u) * surface.columns + column);
    let square = cross(along, across);
    let from_eye = place - surface.eye.xyz;
    let nearness = 1.0 / max(dot(from_eye, surface.forward.xyz), 1.0e-3);
    let share = vec2(dot(from_eye, surface.right.xyz), -dot(from_eye, surface.up.xyz)) * nearness;
    let at = 0.5 * (1.0 + share) * vec2<f32>(surface.size);
    seen[node] = Seen(at, nearness, 0.0, vec4(square / max(length(square), 1.0e-20), 0.0));
}
