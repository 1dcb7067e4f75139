//! A sheet of numbers with its total, which survives a panic in the middle of an edit.
//!
//! The book's page on this exercise: chapter 1, "Put it right again".

use sync::{Mutex, MutexGuard, PoisonError};

/// Numbers and their total, for all threads.
pub struct Sheet {
    lines: Mutex<Lines>,
}

struct Lines {
    numbers: Vec<u64>,
    total: u64,
    repairs: usize,
}

impl Sheet {
    /// A sheet with these numbers.
    pub fn new(numbers: Vec<u64>) -> Self {
        let total = numbers.iter().sum();
        Self { lines: Mutex::new(Lines { numbers, total, repairs: 0 }) }
    }

    /// Lets `change` change the numbers, while no other thread sees them.
    ///
    /// # Panics
    ///
    /// If `change` does. What it has changed until then stays changed.
    pub fn edit(&self, change: impl FnOnce(&mut Vec<u64>)) {
        todo!()
    }

    /// The sum of the numbers.
    pub fn total(&self) -> u64 {
        todo!()
    }

    /// How many panics of `change` have been recovered from.
    pub fn repairs(&self) -> usize {
        todo!()
    }

    /// Takes the lock, and repairs what a panic has left.
    fn lock(&self) -> MutexGuard<'_, Lines> {
        // Your turn. The error of `lock` has the guard in it. When do you call `clear_poison`: before, while or after you
        // hold the lock?
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test poison_recover` does.
fn grade() {}
