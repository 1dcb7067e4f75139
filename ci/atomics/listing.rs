//! What the book shows the instructions of.
#![no_std]

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Adds 1.
#[unsafe(no_mangle)]
pub fn add(number: &AtomicU32) -> u32 {
    number.fetch_add(1, Relaxed)
}

/// Exchanges if equal, or fails for no reason.
#[unsafe(no_mangle)]
pub fn weak(number: &AtomicU32, old: u32, new: u32) -> bool {
    number.compare_exchange_weak(old, new, Relaxed, Relaxed).is_ok()
}

/// Exchanges if equal.
#[unsafe(no_mangle)]
pub fn strong(number: &AtomicU32, old: u32, new: u32) -> bool {
    number.compare_exchange(old, new, Relaxed, Relaxed).is_ok()
}
