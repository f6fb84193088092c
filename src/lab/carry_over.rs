//! Makes arm B stand exactly where arm A stands: same cycle, same arrays, same draws to come.

use crate::driver::{Driver, DriverError};

/// Finishes what either driver has begun, and makes `to` stand where `from` stands, under `to`'s own toggles and ready for
/// its next cycle. Waits for kernels and for the device; a window calls [`Driver::stand_as`] instead, which does not.
///
/// `to` becomes a duplicate of `from` under `from`'s toggles, bit for bit, and is then switched to its own. So:
///
/// - Under the same toggles both go on bitwise alike.
/// - An array in another form (half instead of full, settled instead of pending) is what the system's own switch makes
///   of it.
/// - An array that `from` does not have (momentum, phase, a stored map) starts as it does when its toggle is flipped in a
///   run: drawn again where it is a function of the seed, else at zero. It does not have the past that it would have had.
///   Where that past matters, carry over at cycle 0, where both arms are at their start.
///
/// # Errors
/// As [`Driver::stand_as`], and a kernel that does not build.
pub fn carry_over(from: &mut Driver, to: &mut Driver) -> Result<(), DriverError> {
    from.run_to(from.status().cycle)?;
    to.stand_as(from)?;
    to.run_to(to.status().cycle)
}
