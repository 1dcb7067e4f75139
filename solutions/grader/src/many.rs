//! Values without a size, and more values than a stack has room for.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread::{Builder, scope};

/// Bytes of a small stack: a few calls within each other need a hundredth of that, one for each of many values needs more.
const SMALL: usize = 256 << 10;

/// Calls `f` on a thread with a small stack. What calls itself once more for each value overflows it.
///
/// # Panics
///
/// Panics where `f` does.
pub fn on_small_stack<R: Send>(f: impl FnOnce() -> R + Send) -> R {
    let ended = scope(|scope| {
        let thread = Builder::new().stack_size(SMALL).spawn_scoped(scope, f);
        thread.expect("the system has room for a thread").join()
    });
    ended.unwrap_or_else(|panic| resume_unwind(panic))
}

/// A value of no size that must be dropped all the same.
#[derive(Debug)]
pub struct Unit;

static DROPPED: AtomicUsize = AtomicUsize::new(0);

impl Unit {
    /// How many of them are many.
    pub const MANY: usize = 100_000;

    /// How many have been dropped in this process.
    pub fn dropped() -> usize {
        // Relaxed: it counts.
        DROPPED.load(Relaxed)
    }

    /// How many `f` drops, if nobody else does meanwhile.
    pub fn dropped_by(f: impl FnOnce()) -> usize {
        let before = Self::dropped();
        f();
        Self::dropped() - before
    }
}

impl Drop for Unit {
    fn drop(&mut self) {
        // Relaxed: as above.
        DROPPED.fetch_add(1, Relaxed);
    }
}
