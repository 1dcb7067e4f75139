//! Hints that a thread waits, and std's other hints.

use crate::runtime::{run, spin};

pub use std::hint::{assert_unchecked, black_box, unreachable_unchecked};

/// Tells the checker that this thread waits for another: a loop that turns without seeing anything new is not followed for
/// ever.
pub fn spin_loop() {
    if run::is_inside() {
        spin::hint();
    }
}
