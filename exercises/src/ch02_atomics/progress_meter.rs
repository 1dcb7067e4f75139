//! A meter that several threads move and one watches, asleep between two reports.
//!
//! The book's page on this exercise: chapter 2, "Progress".

use sync::atomic::{AtomicUsize, Ordering};
use sync::thread::{self, Thread};

/// How much of a known amount of work is done.
///
/// The meter counts, and says nothing about the work: what a thread did before its `tick` is handed over by a join or a
/// lock, not by the meter.
pub struct Progress {
    done: AtomicUsize,
    total: usize,
    /// Who made the meter, and may watch it.
    watcher: Thread,
}

impl Progress {
    /// A meter for `total` items, none of which is done. The thread that makes it is the one that may `watch` it.
    pub fn new(total: usize) -> Self {
        todo!()
    }

    /// Says that one item more is done. Never waits. There are at most `total` items.
    pub fn tick(&self) {
        todo!()
    }

    /// How many items are done.
    pub fn done(&self) -> usize {
        todo!()
    }

    /// Calls `report` with the number of items done: once at the start, then each time that it finds another number, and
    /// finally with the total. Then it returns.
    ///
    /// Blocks, asleep. Numbers may be left out if items are done faster than they are reported. Only the thread that made the
    /// meter may call this: another one would not be woken. `report` may do anything, even park.
    pub fn watch(&self, mut report: impl FnMut(usize)) {
        // Your turn. `thread::park()` sleeps until somebody calls `unpark` on this thread, or has called it already. It
        // may also return for no reason.
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test progress_meter` does.
fn grade() {}
