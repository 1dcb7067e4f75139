//! A futex made of locks and `park`: a table of queues, for systems whose kernel has none.
//!
//! The book's page on this exercise: chapter 8, "A futex of your own".

use reference::ch04_spin_lock::guard::SpinLock;
use std::collections::VecDeque;
use std::sync::Arc;
use sync::atomic::{AtomicBool, AtomicU32, Ordering};
use sync::thread;

/// How many queues there are. Addresses that share one only share its lock.
const BUCKETS: usize = 16;

/// An entry of a queue: a thread that sleeps on the word at `address`.
struct Entry {
    address: usize,
    // Your turn: what else must you know to wake the thread, and what must the thread know to stay awake?
}

/// A table of sleeping threads.
pub struct Buckets {
    // The spin lock of chapter 4, from the reference solutions.
    queues: [SpinLock<VecDeque<Entry>>; BUCKETS],
}

impl Default for Buckets {
    fn default() -> Self {
        Self::new()
    }
}

impl Buckets {
    /// A table in which nobody sleeps.
    pub const fn new() -> Self {
        Self { queues: [const { SpinLock::new(VecDeque::new()) }; BUCKETS] }
    }

    /// Sleeps until woken, if `word` is `expected`; returns at once if it is not. Comparing and going to sleep are one step as
    /// seen by who wakes. Orders no memory.
    pub fn wait(&self, word: &AtomicU32, expected: u32) {
        // Your turn. `thread::park()` sleeps until `unpark` of this thread, and may return for no reason. This may not.
        todo!()
    }

    /// Wakes the thread that has slept on `word` for the longest time. Returns whether there was one.
    pub fn wake_one(&self, word: &AtomicU32) -> bool {
        todo!()
    }

    /// Wakes all threads that sleep on `word`. Returns how many that were.
    pub fn wake_all(&self, word: &AtomicU32) -> usize {
        todo!()
    }

    /// How many threads sleep on `word`, at this moment.
    pub fn sleeping(&self, word: &AtomicU32) -> usize {
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test futex_buckets` does.
fn grade() {}
