//! A futex made of locks and `park`: a table of queues, for systems whose kernel has none.
//!
//! The word stays four bytes. Who sleeps on it is written down in a table whose key is the word's address, as in the kernel
//! (Franke, Russell, Kirkwood, "Fuss, Futexes and Furwocks", 2002) and in WebKit's `ParkingLot` (F. Pizlo, "Locking in
//! WebKit", 2016), after which `parking_lot` is named.
//!
//! # Invariants
//!
//! 1. A thread is in at most one queue, once, in that of the bucket to which the address hashes, with the address beside it.
//! 2. It enters under the bucket's lock, in the same critical section in which it has compared the word. It is taken out under
//!    the lock, by who wakes it.
//! 3. [`wait`](Buckets::wait) returns only if the word differed or the thread has been taken out. So nobody who sleeps is
//!    missing from the queue, and nobody in the queue has gone away.

use reference::ch04_spin_lock::guard::SpinLock;
use std::collections::VecDeque;
use std::ptr;
use std::sync::Arc;
use sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use sync::thread;

/// How many queues there are. Addresses that share one only share its lock.
const BUCKETS: usize = 16;

/// A thread that sleeps.
#[derive(Debug)]
struct Sleeper {
    thread: thread::Thread,
    /// It has been taken out of its queue.
    woken: AtomicBool,
}

/// An entry of a queue.
#[derive(Debug)]
struct Entry {
    address: usize,
    sleeper: Arc<Sleeper>,
}

/// A table of sleeping threads.
pub struct Buckets {
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
        let address = address(word);
        let sleeper = {
            let mut queue = self.queue(address).lock();
            // Relaxed: who changes the word and then wakes takes the lock after the change. If that was before us, the lock
            // has ordered the change before this load; if it comes after us, it finds us in the queue.
            if word.load(Relaxed) != expected {
                return;
            }
            let sleeper =
                Arc::new(Sleeper { thread: thread::current(), woken: AtomicBool::new(false) });
            queue.push_back(Entry { address, sleeper: sleeper.clone() });
            sleeper
        };
        // Relaxed: `unpark`, which comes after the store, happens before the return of `park`. `park` may return for no
        // reason, or with a token that was meant for something else: the flag decides.
        while !sleeper.woken.load(Relaxed) {
            thread::park();
        }
    }

    /// Wakes the thread that has slept on `word` for the longest time. Returns whether there was one.
    pub fn wake_one(&self, word: &AtomicU32) -> bool {
        let address = address(word);
        let first = {
            let mut queue = self.queue(address).lock();
            let first = queue.iter().position(|entry| entry.address == address);
            first.and_then(|first| queue.remove(first))
        };
        let found = first.is_some();
        first.into_iter().for_each(wake);
        found
    }

    /// Wakes all threads that sleep on `word`. Returns how many that were.
    pub fn wake_all(&self, word: &AtomicU32) -> usize {
        let address = address(word);
        let woken: VecDeque<Entry> = {
            let mut queue = self.queue(address).lock();
            let (woken, others) = queue.drain(..).partition(|entry| entry.address == address);
            *queue = others;
            woken
        };
        let count = woken.len();
        woken.into_iter().for_each(wake);
        count
    }

    /// How many threads sleep on `word`, at this moment.
    pub fn sleeping(&self, word: &AtomicU32) -> usize {
        let address = address(word);
        self.queue(address).lock().iter().filter(|entry| entry.address == address).count()
    }

    fn queue(&self, address: usize) -> &SpinLock<VecDeque<Entry>> {
        // Words lie four bytes apart or more: the lowest bits say nothing.
        &self.queues[(address >> 2) % BUCKETS]
    }
}

fn address(word: &AtomicU32) -> usize {
    ptr::from_ref(word).addr()
}

/// Lets a thread go on that has been taken out of its queue. The lock is free again by now: what is woken need not wait for it.
fn wake(entry: Entry) {
    // Relaxed: see `wait`.
    entry.sleeper.woken.store(true, Relaxed);
    entry.sleeper.thread.unpark();
}
