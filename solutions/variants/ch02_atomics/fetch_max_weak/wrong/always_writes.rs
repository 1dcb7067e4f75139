//! The maximum is written whether or not it is new, as `AtomicU32::fetch_max` may do.
//!
//! Rejected by: mark_that_is_large_enough_is_not_written
//! Because: to change nothing

use sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Raises `most` to `value` if it is smaller, in one indivisible step; returns what it was before.
///
/// Writes nothing if `most` is not smaller. Orders nothing. Never waits.
#[inline]
pub fn fetch_max(most: &AtomicU32, value: u32) -> u32 {
    most.fetch_max(value, Relaxed)
}
