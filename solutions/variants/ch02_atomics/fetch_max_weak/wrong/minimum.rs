//! The comparison is the wrong way round.
//!
//! Rejected by: mark_is_the_larger_of_the_two
//! Because: the mark was

use sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Raises `most` to `value` if it is smaller, in one indivisible step; returns what it was before.
///
/// Writes nothing if `most` is not smaller. Orders nothing. Never waits.
#[inline]
pub fn fetch_max(most: &AtomicU32, value: u32) -> u32 {
    // Relaxed: the number is all that is told. If it is an old one, the exchange fails and brings a new one; if it is large
    // enough, so is every newer one, for the mark only rises.
    let mut seen = most.load(Relaxed);
    while seen > value {
        // Relaxed: as above. A failure for no reason costs one more turn.
        match most.compare_exchange_weak(seen, value, Relaxed, Relaxed) {
            Ok(_) => break,
            Err(now) => seen = now,
        }
    }
    seen
}
