// Moves the one phase of the global oscillation on (1.4: 0.1 a cycle).

#import fieldscope::field::shared::{Scalars, TWO_PI}

@group(0) @binding(0) var<storage, read_write> scalars: Scalars;

@compute @workgroup_size(1)
fn main() {
    let phase = scalars.phase + 0.1;
    scalars.phase = phase - TWO_PI * floor(phase / TWO_PI + 0.5);
}
