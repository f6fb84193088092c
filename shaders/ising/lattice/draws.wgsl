// What a random draw is for: the same table as in src/sim/ising/lattice/constants.rs, compared by a test.
#define_import_path fieldscope::ising::lattice::draws

const INITIAL_SPINS: u32 = 0u;
const INITIAL_REPLICAS: u32 = 2u;
const PLANES: u32 = 4u;
const SHARED: u32 = 20u;
