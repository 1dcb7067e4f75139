//! What a thread has counted, in cells: as cheap as plain numbers, and for one thread at a time.
//!
//! The book's page on this exercise: chapter 1, "Count alone, add up later".

use std::cell::{Cell, RefCell};
use std::panic::resume_unwind;
use sync::thread;

/// The values that one thread has seen.
#[derive(Debug, Default)]
pub struct Stats {
    sum: Cell<u64>,
    largest: Cell<Option<u64>>,
    values: RefCell<Vec<u64>>,
}

impl Stats {
    /// No values.
    pub const fn new() -> Self {
        Self { sum: Cell::new(0), largest: Cell::new(None), values: RefCell::new(Vec::new()) }
    }

    /// Adds a value.
    pub fn record(&self, value: u64) {
        todo!()
    }

    /// How many values there are.
    pub fn count(&self) -> usize {
        todo!()
    }

    /// Their sum.
    pub fn sum(&self) -> u64 {
        todo!()
    }

    /// The largest of them, if there are any.
    pub fn largest(&self) -> Option<u64> {
        todo!()
    }

    /// Calls `f` with each value that is there now, in order. `f` may use these very `Stats`; what it adds is not visited.
    pub fn for_each(&self, f: impl FnMut(u64)) {
        // Your turn. Until when is a `RefCell` borrowed?
        todo!()
    }

    /// Adds all values of `other`, which may be `self`, after its own.
    pub fn absorb(&self, other: &Self) {
        todo!()
    }
}

/// Runs all `workers` at the same time, each with `Stats` of its own, and returns all that they have recorded.
///
/// # Panics
///
/// If a worker does, with the payload of its panic.
pub fn gather<F>(workers: Vec<F>) -> Stats
where
    F: FnOnce(&Stats) + Send,
{
    // Your turn. Where are the `Stats` of a worker made, so that only one thread at a time has them?
    todo!()
}

#[test] // "Run test" in your editor grades this file, as `cargo test cell_stats` does.
fn grade() {}
