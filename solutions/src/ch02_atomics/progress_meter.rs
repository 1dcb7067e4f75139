//! A meter that several threads move and one watches, asleep between two reports.
//!
//! # Invariants
//!
//! 1. `done` only grows, by one for each `tick`.
//! 2. Each `tick` makes the watcher's token available after it has counted. So a watcher that went to sleep before it knew of
//!    a tick is woken, or does not fall asleep.

use sync::atomic::{AtomicUsize, Ordering::Relaxed};
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
        Self { done: AtomicUsize::new(0), total, watcher: thread::current() }
    }

    /// Says that one item more is done. Never waits. There are at most `total` items.
    #[inline]
    pub fn tick(&self) {
        // Relaxed: a read-modify-write misses no other, and the count is all that is told.
        self.done.fetch_add(1, Relaxed);
        // After the count: who is woken must find something new (invariant 2).
        self.watcher.unpark();
    }

    /// How many items are done.
    #[inline]
    pub fn done(&self) -> usize {
        // Relaxed: a number to look at.
        self.done.load(Relaxed)
    }

    /// Calls `report` with the number of items done: once at the start, then each time that it finds another number, and
    /// finally with the total. Then it returns.
    ///
    /// Blocks, asleep. Numbers may be left out if items are done faster than they are reported. Only the thread that made the
    /// meter may call this: another one would not be woken.
    pub fn watch(&self, mut report: impl FnMut(usize)) {
        let mut last = None;
        while last != Some(self.total) {
            // `park` may return for no reason, and one token may stand for several ticks: only the number tells.
            let now = self.done();
            if last == Some(now) {
                // No foreign code has run since we looked: the token of the next tick is still there, or still to come.
                thread::park();
            } else {
                // It may park as well, and take the token of a tick. So look again before you sleep.
                report(now);
                last = Some(now);
            }
        }
    }
}
