//! Two tries, and the third thread loses.
//!
//! Rejected by: three_threads_leave_the_largest
//! Because: the mark after 5, 7 and 9

use sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Raises `most` to `value` if it is smaller, in one indivisible step; returns what it was before.
///
/// Writes nothing if `most` is not smaller. Orders nothing. Never waits.
#[inline]
pub fn fetch_max(most: &AtomicU32, value: u32) -> u32 {
    let mut seen = most.load(Relaxed);
    for _ in 0..2 {
        if seen >= value {
            break;
        }
        match most.compare_exchange(seen, value, Relaxed, Relaxed) {
            Ok(_) => break,
            Err(now) => seen = now,
        }
    }
    seen
}
