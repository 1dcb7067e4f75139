//! Hints that a thread waits, and std's other hints.

use crate::runtime::{run, spin};
use std::time::Duration;

pub use std::hint::{assert_unchecked, black_box, unreachable_unchecked};

/// Tells the checker that this thread waits for another: a loop that turns without seeing anything new is not followed for
/// ever.
pub fn spin_loop() {
    if run::is_inside() {
        spin::hint();
    }
}

/// As [`spin_loop`]. The duration does not matter: other threads may do anything meanwhile, or nothing.
pub fn spin_for(_duration: Duration) {
    spin_loop();
}
