//! The loop is `fetch_update`, whose closure gives up if nothing is to be done.

use sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Raises `most` to `value` if it is smaller, in one indivisible step; returns what it was before.
///
/// Writes nothing if `most` is not smaller. Orders nothing. Never waits.
#[inline]
pub fn fetch_max(most: &AtomicU32, value: u32) -> u32 {
    let raise = |seen| (seen < value).then_some(value);
    let (Ok(seen) | Err(seen)) = most.fetch_update(Relaxed, Relaxed, raise);
    seen
}
