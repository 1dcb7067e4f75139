//! What the failure brings is thrown away, and loaded once more.

use sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Raises `most` to `value` if it is smaller, in one indivisible step; returns what it was before.
///
/// Writes nothing if `most` is not smaller. Orders nothing. Never waits.
#[inline]
pub fn fetch_max(most: &AtomicU32, value: u32) -> u32 {
    loop {
        let seen = most.load(Relaxed);
        if seen >= value || most.compare_exchange_weak(seen, value, Relaxed, Relaxed).is_ok() {
            return seen;
        }
    }
}
