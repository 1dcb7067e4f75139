//! The loop is `try_update`, and if there is something to do, `update` does it.

use sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Raises `most` to `value` if it is smaller, in one indivisible step; returns what it was before.
///
/// Writes nothing if `most` is not smaller. Orders nothing. Never waits.
#[inline]
pub fn fetch_max(most: &AtomicU32, value: u32) -> u32 {
    let raise = |seen: u32| (seen < value).then_some(seen);
    match most.try_update(Relaxed, Relaxed, raise) {
        Err(seen) => seen,
        Ok(_) => most.update(Relaxed, Relaxed, |seen| seen.max(value)),
    }
}
