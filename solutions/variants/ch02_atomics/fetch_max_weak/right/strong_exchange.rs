//! The strong compare-exchange, and stronger orderings than needed.

use sync::atomic::{AtomicU32, Ordering::SeqCst};

/// Raises `most` to `value` if it is smaller, in one indivisible step; returns what it was before.
///
/// Writes nothing if `most` is not smaller. Orders nothing. Never waits.
#[inline]
pub fn fetch_max(most: &AtomicU32, value: u32) -> u32 {
    // SeqCst: the number is all that is told. If it is an old one, the exchange fails and brings a new one; if it is large
    // enough, so is every newer one, for the mark only rises.
    let mut seen = most.load(SeqCst);
    while seen < value {
        // SeqCst: as above. A failure for no reason costs one more turn.
        match most.compare_exchange(seen, value, SeqCst, SeqCst) {
            Ok(_) => break,
            Err(now) => seen = now,
        }
    }
    seen
}
