//! A destructor makes the total, on each way out of `edit`; that a panic was one of them, it counts.

use sync::{Mutex, MutexGuard, PoisonError, thread};

/// Makes the total when an edit ends.
struct Edit<'a>(MutexGuard<'a, Lines>);

impl Drop for Edit<'_> {
    fn drop(&mut self) {
        self.0.add_up();
        self.0.repairs += usize::from(thread::panicking());
    }
}

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
        let mut edit = Edit(self.lock());
        change(&mut edit.0.numbers);
    }

    /// The sum of the numbers.
    pub fn total(&self) -> u64 {
        self.lock().total
    }

    /// How many panics have been recovered from.
    pub fn repairs(&self) -> usize {
        self.lock().repairs
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        // Poisoned or not: the destructor has put it right.
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
