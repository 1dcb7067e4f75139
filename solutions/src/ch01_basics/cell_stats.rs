//! What a thread has counted, in cells: as cheap as plain numbers, and for one thread at a time.
//!
//! The compiler keeps two threads from sharing a [`Stats`], because a `Cell` is not `Sync`. Each thread has its own, and
//! they are added up when the threads have ended.

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
        self.sum.set(self.sum.get() + value);
        self.largest.set(self.largest.get().max(Some(value)));
        self.values.borrow_mut().push(value);
    }

    /// How many values there are.
    pub fn count(&self) -> usize {
        self.values.borrow().len()
    }

    /// Their sum.
    pub fn sum(&self) -> u64 {
        self.sum.get()
    }

    /// The largest of them, if there are any.
    pub fn largest(&self) -> Option<u64> {
        self.largest.get()
    }

    /// Calls `f` with each value that is there now, in order. `f` may use these very `Stats`; what it adds is not visited.
    pub fn for_each(&self, f: impl FnMut(u64)) {
        // A copy: a borrow would still be there when `f` wants to add a value.
        let values = self.values.borrow().clone();
        values.into_iter().for_each(f);
    }

    /// Adds all values of `other`, which may be `self`, after its own.
    pub fn absorb(&self, other: &Self) {
        other.for_each(|value| self.record(value));
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
    let all = Stats::new();
    thread::scope(|scope| {
        let work = |worker: F| {
            let own = Stats::new();
            worker(&own);
            own
        };
        let threads: Vec<_> =
            workers.into_iter().map(|worker| scope.spawn(move || work(worker))).collect();
        for thread in threads {
            all.absorb(&thread.join().unwrap_or_else(|payload| resume_unwind(payload)));
        }
    });
    all
}
