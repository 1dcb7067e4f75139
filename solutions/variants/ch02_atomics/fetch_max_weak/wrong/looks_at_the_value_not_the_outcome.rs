//! The loop ends when the value was the one that it expected. A weak failure for no reason ends it too.
//!
//! Rejected by: mark_is_the_larger_of_the_two
//! Because: (spurious)

use sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Raises `most` to `value` if it is smaller, in one indivisible step; returns what it was before.
///
/// Writes nothing if `most` is not smaller. Orders nothing. Never waits.
#[inline]
pub fn fetch_max(most: &AtomicU32, value: u32) -> u32 {
    let mut seen = most.load(Relaxed);
    while seen < value {
        let (Ok(now) | Err(now)) = most.compare_exchange_weak(seen, value, Relaxed, Relaxed);
        if now == seen {
            break;
        }
        seen = now;
    }
    seen
}
