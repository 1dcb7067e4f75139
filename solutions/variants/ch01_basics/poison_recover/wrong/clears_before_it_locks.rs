//! It asks whether the lock is poisoned, clears the poison, and locks then: another holder may panic at each of these
//! moments.
//!
//! Rejected by: panic_during_a_repair_is_not_forgotten
//! Because: took one panic for two

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

impl Lines {
    fn add_up(&mut self) {
        self.total = self.numbers.iter().sum();
    }
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
        let mut lines = self.lock();
        change(&mut lines.numbers);
        lines.add_up();
    }

    /// The sum of the numbers.
    pub fn total(&self) -> u64 {
        self.lock().total
    }

    /// How many panics have been recovered from.
    pub fn repairs(&self) -> usize {
        self.lock().repairs
    }

    /// Takes the lock, and repairs what a panic has left.
    fn lock(&self) -> MutexGuard<'_, Lines> {
        let poisoned = self.lines.is_poisoned();
        self.lines.clear_poison();
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if poisoned {
            lines.add_up();
            lines.repairs += 1;
        }
        lines
    }
}
