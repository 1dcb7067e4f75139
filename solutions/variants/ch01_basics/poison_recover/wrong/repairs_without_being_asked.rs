//! Each call makes the total anew and counts it as a repair, panic or not.
//!
//! Rejected by: each_panic_is_repaired_once
//! Because: nobody has panicked, and something was repaired

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
        self.repair(self.lines.lock().map_or_else(|error| error, PoisonError::new))
    }

    #[cold]
    fn repair<'a>(&self, poisoned: PoisonError<MutexGuard<'a, Lines>>) -> MutexGuard<'a, Lines> {
        let mut lines = poisoned.into_inner();
        lines.add_up();
        lines.repairs += 1;
        // With the lock held: the poison that is cleared is the one that was found (invariant 2).
        self.lines.clear_poison();
        lines
    }
}
