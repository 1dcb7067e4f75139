//! One weak compare-exchange, and no loop: it may fail for no reason.
//!
//! Rejected by: mark_is_the_larger_of_the_two
//! Because: (spurious)

use sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Raises `most` to `value` if it is smaller, in one indivisible step; returns what it was before.
///
/// Writes nothing if `most` is not smaller. Orders nothing. Never waits.
#[inline]
pub fn fetch_max(most: &AtomicU32, value: u32) -> u32 {
    let seen = most.load(Relaxed);
    if seen < value {
        let _ = most.compare_exchange_weak(seen, value, Relaxed, Relaxed);
    }
    seen
}
