// Forgets all predictions and errors: at the start, and when learning is left out. Without errors the field explores.

#import fieldscope::field::shared::Scalars

@group(0) @binding(0) var<storage, read_write> scalars: Scalars;

@compute @workgroup_size(1)
fn main() {
    scalars.error = 0.0;
    scalars.predicted = 0.0;
    scalars.error_count = 0.0;
    scalars.explore = 1.0;
#ifdef START
    scalars.phase = 0.0;
    scalars.scale = 1.0;
    scalars.bound = 10.0;
#endif
}
