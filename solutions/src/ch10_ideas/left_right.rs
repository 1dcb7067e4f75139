//! Two copies of the data: readers read one of them and never wait, while the writer changes the other one.
//!
//! | `side` | readers that come read | the writer may change |
//! |---|---|---|
//! | 0 | `copies[0]` | `copies[1]`, when all who read it have left |
//! | 1 | `copies[1]` | `copies[0]`, when all who read it have left |
//!
//! # Invariants
//!
//! 1. Only the holder of `writers` changes `side`, `door` and the copies. When nobody holds it, and no change has panicked, both
//!    copies are the same, and nobody reads the one that `side` does not name.
//! 2. A reader counts itself in one of the two counters before it reads `side`, and out when it does not use the copy any more.
//! 3. The writer changes `side`, and then waits until it has found each of the counters at 0. The accesses of `side` and the counters
//!    have one order for all threads. So of each reader the writer sees that it has come, and waits until it has left; or
//!    the reader sees the new `side`.
//! 4. Which counter a reader takes matters to no reader. It matters to the writer: those who come while it waits for one counter are sent
//!    to the other one.

use parts::Mutex;
use std::ops::Deref;
use sync::atomic::{
    AtomicUsize,
    Ordering::{Relaxed, Release, SeqCst},
};
use sync::cell::UnsafeCell;
use sync::hint;

/// Data that is read without waiting, by any number of threads, and changed in two copies.
///
/// From P. Ramalhete and A. Correia, "Left-Right: A Concurrency Control Technique with Wait-Free Population Oblivious Reads" (2015).
pub struct LeftRight<T> {
    copies: [UnsafeCell<T>; 2],
    /// Which of the copies is read.
    side: AtomicUsize,
    /// Which of the counters a reader takes if it comes now.
    door: AtomicUsize,
    readers: [AtomicUsize; 2],
    /// Whether a change has panicked: then the copies are not the same any more.
    writers: Mutex<bool>,
}

// SAFETY: readers share a copy, which takes `T: Sync`; each thread may change or replace one, which takes `T: Send`. That nobody
// reads a copy while it is changed is what the invariants say.
unsafe impl<T: Send + Sync> Sync for LeftRight<T> {}

impl<T> LeftRight<T> {
    /// Two copies, which should be the same.
    pub fn new(left: T, right: T) -> Self {
        Self {
            copies: [left, right].map(UnsafeCell::new),
            side: AtomicUsize::new(0),
            door: AtomicUsize::new(0),
            readers: [0, 0].map(AtomicUsize::new),
            writers: Mutex::new(false),
        }
    }

    /// The data as it is now. It stays as it is while the guard lives. Wait-free.
    #[inline]
    pub fn read(&self) -> Guard<'_, T> {
        // Relaxed: any of the two will do (invariant 4).
        let readers = &self.readers[self.door.load(Relaxed)];
        // SeqCst: pairs with the load in `wait_for` (invariant 3).
        readers.fetch_add(1, SeqCst);
        // SeqCst: pairs with the store in `write` (invariant 3). Acquire is in it: the copy has been changed.
        let side = self.side.load(SeqCst);
        // SAFETY: the writer leaves this copy alone until the guard has counted us out (invariants 1 and 3).
        Guard { data: unsafe { &*self.copies[side].get() }, readers }
    }

    /// Changes both copies, one after the other, by calling `change` twice: it must do the same each time.
    ///
    /// Readers that come after this has returned see the change. Spins while a reader that came before is still there; a thread that
    /// has a guard itself waits for ever.
    ///
    /// # Panics
    ///
    /// If `change` panics, and in every call after that. Readers go on.
    pub fn write(&self, mut change: impl FnMut(&mut T)) {
        let mut has_panicked = self.writers.lock();
        assert!(!*has_panicked, "a change has panicked, and the copies are not the same");
        *has_panicked = true;
        // Relaxed: only the holder of `writers` changes it.
        let old = self.side.load(Relaxed);
        let new = 1 - old;
        // SAFETY: nobody reads this copy (invariant 1).
        change(unsafe { &mut *self.copies[new].get() });
        // SeqCst: pairs with the load in `read` (invariant 3). Release is in it: the copy has been changed.
        self.side.store(new, SeqCst);
        // Relaxed, all: see invariant 4.
        let door = self.door.load(Relaxed);
        self.wait_for(1 - door);
        self.door.store(1 - door, Relaxed);
        self.wait_for(door);
        // SAFETY: nobody reads this copy any more (invariant 3).
        change(unsafe { &mut *self.copies[old].get() });
        *has_panicked = false;
    }

    /// Waits until none of those who count here has still to leave.
    fn wait_for(&self, door: usize) {
        // SeqCst: pairs with the addition in `read` (invariant 3). Acquire is in it: pairs with the Release of the guard's `drop`;
        // what readers did with the copy happens before it is changed.
        while self.readers[door].load(SeqCst) != 0 {
            hint::spin_loop();
        }
    }
}

/// Data that is being read. One that is forgotten (`mem::forget`) makes the writer wait for ever.
#[must_use = "the data can be read while the guard lives"]
pub struct Guard<'a, T> {
    data: &'a T,
    /// Where this reader is counted.
    readers: &'a AtomicUsize,
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        self.data
    }
}

impl<T> Drop for Guard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Release: pairs with the load in `wait_for`; our reads happen before the copy is changed. Whoever counts itself in or out after
        // us carries it on.
        self.readers.fetch_sub(1, Release);
    }
}
