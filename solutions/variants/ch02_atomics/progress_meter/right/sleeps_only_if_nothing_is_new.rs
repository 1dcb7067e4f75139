//! The watcher looks once more before it sleeps, and goes on reporting without sleeping while there is news.

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

    /// Calls `report` with the number of items done: once at first, then each time that it finds another number, at last with
    /// all of them. Then it returns.
    ///
    /// Blocks, asleep. Numbers may be left out if items are done faster than they are reported. Only the thread that made the
    /// meter may call this: another one would not be woken.
    pub fn watch(&self, mut report: impl FnMut(usize)) {
        let mut last = self.done();
        report(last);
        while last < self.total {
            let mut now = self.done();
            while now == last {
                thread::park();
                now = self.done();
            }
            report(now);
            last = now;
        }
    }
}
