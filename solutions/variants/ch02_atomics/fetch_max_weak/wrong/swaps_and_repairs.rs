//! The value is swapped in; if the old one was larger, it is put back. In between the mark is too small, and what comes then is lost.
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
    if seen < value {
        seen = most.swap(value, Relaxed);
        if seen > value {
            most.store(seen, Relaxed);
        }
    }
    seen
}
