//! A new maximum is written in two steps, with a 0 in between.
//!
//! Rejected by: mark_never_goes_down
//! Because: the mark went down

use sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Raises `most` to `value` if it is smaller, in one indivisible step; returns what it was before.
///
/// Writes nothing if `most` is not smaller. Orders nothing. Never waits.
#[inline]
pub fn fetch_max(most: &AtomicU32, value: u32) -> u32 {
    let mut seen = most.load(Relaxed);
    while seen < value {
        match most.compare_exchange_weak(seen, 0, Relaxed, Relaxed) {
            Ok(_) => {
                most.fetch_max(value, Relaxed);
                break;
            }
            Err(now) => seen = now,
        }
    }
    seen
}
