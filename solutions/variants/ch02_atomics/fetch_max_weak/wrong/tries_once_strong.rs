//! One strong compare-exchange: if it fails, another thread has written, and perhaps less than this one has.
//!
//! Rejected by: every_small_program_does_what_a_mark_does
//! Because: but must return

use sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Raises `most` to `value` if it is smaller, in one indivisible step; returns what it was before.
///
/// Writes nothing if `most` is not smaller. Orders nothing. Never waits.
#[inline]
pub fn fetch_max(most: &AtomicU32, value: u32) -> u32 {
    let seen = most.load(Relaxed);
    if seen < value {
        let _ = most.compare_exchange(seen, value, Relaxed, Relaxed);
    }
    seen
}
