//! Hints that a thread waits.

use crate::engine::{rmw, runtime, spin};

/// Tells the checker that this thread waits for another: a loop that turns without seeing anything new is not followed for
/// ever.
pub fn spin_loop() {
    if runtime::is_inside() {
        runtime::inside(|engine| engine.counters.hints += 1);
        rmw::settle(true);
        spin::spin(false);
    }
}
