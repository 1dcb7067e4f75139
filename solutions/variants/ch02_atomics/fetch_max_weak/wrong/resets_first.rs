//! The mark is emptied, compared and put back: others see it go down.
//!
//! Rejected by: mark_that_is_large_enough_is_not_written
//! Because: to change nothing

use sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Raises `most` to `value` if it is smaller, in one indivisible step; returns what it was before.
///
/// Writes nothing if `most` is not smaller. Orders nothing. Never waits.
#[inline]
pub fn fetch_max(most: &AtomicU32, value: u32) -> u32 {
    let seen = most.swap(0, Relaxed);
    most.store(seen.max(value), Relaxed);
    seen
}
