//! What one operation on one variable becomes: chapter 2.

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

#[unsafe(export_name = "indivisible.add")]
// ANCHOR: add
/// Adds 1.
pub fn add(number: &AtomicU32) -> u32 {
    // Relaxed: which instruction it is, is all that is asked here and below.
    number.fetch_add(1, Relaxed)
}
// ANCHOR_END: add

#[unsafe(export_name = "indivisible.weak")]
// ANCHOR: weak
/// Exchanges if equal, or fails for no reason.
pub fn weak(number: &AtomicU32, old: u32, new: u32) -> bool {
    number.compare_exchange_weak(old, new, Relaxed, Relaxed).is_ok()
}
// ANCHOR_END: weak

#[unsafe(export_name = "indivisible.strong")]
// ANCHOR: strong
/// Exchanges if equal.
pub fn strong(number: &AtomicU32, old: u32, new: u32) -> bool {
    number.compare_exchange(old, new, Relaxed, Relaxed).is_ok()
}
// ANCHOR_END: strong
