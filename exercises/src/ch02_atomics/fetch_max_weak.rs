//! The largest of all numbers that were seen, by a loop of weak compare-exchanges.
//!
//! The book's page on this exercise: chapter 2, "High-water mark".

use sync::atomic::{AtomicU32, Ordering};

/// Raises `most` to `value` if it is smaller, in one indivisible step; returns what it was before.
///
/// Writes nothing if `most` is not smaller. Orders nothing. Never waits.
pub fn fetch_max(most: &AtomicU32, value: u32) -> u32 {
    // Your turn. `compare_exchange_weak` may fail although the value is the one that you expect.
    todo!()
}

#[test] // "Run test" in your editor grades this file, as `cargo test fetch_max_weak` does.
fn grade() {}
