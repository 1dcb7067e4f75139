//! A `RefCell` in place of the lock: one thread only.
//!
//! Rejected by: sheet_is_shared
//! Because: no two threads could use it

use std::cell::{RefCell, RefMut};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Numbers and their total, for all threads.
pub struct Sheet {
    lines: RefCell<Lines>,
}

struct Lines {
    numbers: Vec<u64>,
    total: u64,
    repairs: usize,
}

impl Lines {
    fn add_up(&mut self) {
        self.total = self.numbers.iter().sum();
    }
}

impl Sheet {
    /// A sheet with these numbers.
    pub fn new(numbers: Vec<u64>) -> Self {
        let total = numbers.iter().sum();
        Self { lines: RefCell::new(Lines { numbers, total, repairs: 0 }) }
    }

    /// Lets `change` change the numbers, while no other thread sees them.
    ///
    /// # Panics
    ///
    /// If `change` does. What it has changed until then stays changed.
    pub fn edit(&self, change: impl FnOnce(&mut Vec<u64>)) {
        let mut lines = self.lock();
        let result = catch_unwind(AssertUnwindSafe(|| change(&mut lines.numbers)));
        lines.add_up();
        if let Err(payload) = result {
            lines.repairs += 1;
            drop(lines);
            resume_unwind(payload);
        }
    }

    /// The sum of the numbers.
    pub fn total(&self) -> u64 {
        self.lock().total
    }

    /// How many panics have been recovered from.
    pub fn repairs(&self) -> usize {
        self.lock().repairs
    }

    fn lock(&self) -> RefMut<'_, Lines> {
        self.lines.borrow_mut()
    }
}
