//! Adds up a slice in parts, each on a thread of its own that borrows its part.
//!
//! The book's page on this exercise: chapter 1, "Sum in parts".

use std::panic::resume_unwind;
use sync::thread;

/// Cuts `numbers` into parts, calls `sum` on all parts at the same time, and adds up what the calls return.
///
/// There are `parts` parts, or one for each number if there are fewer numbers. None is empty, and no part is more than one
/// number longer than another.
///
/// # Panics
///
/// If `parts` is 0. If `sum` panics, with the payload of that panic, when all parts have ended.
pub fn scoped_sum<F>(numbers: &[u64], parts: usize, sum: F) -> u64
where
    F: Fn(&[u64]) -> u64 + Sync,
{
    // Your turn: `thread::scope`, a `spawn` for each part, and a `join` for each thread.
    todo!()
}

#[test] // "Run test" in your editor grades this file, as `cargo test scoped_sum` does.
fn grade() {}
