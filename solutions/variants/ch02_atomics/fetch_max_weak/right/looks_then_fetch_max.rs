//! A look, and `AtomicU32::fetch_max` only if there is something to do.

use sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Raises `most` to `value` if it is smaller, in one indivisible step; returns what it was before.
///
/// Writes nothing if `most` is not smaller. Orders nothing. Never waits.
#[inline]
pub fn fetch_max(most: &AtomicU32, value: u32) -> u32 {
    let seen = most.load(Relaxed);
    if seen >= value { seen } else { most.fetch_max(value, Relaxed) }
}
