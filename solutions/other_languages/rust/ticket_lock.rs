//! A counter under a ticket lock, which is taken in the order of arrival.

mod two_threads;

use std::cell::UnsafeCell;
use std::sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use std::thread;

#[derive(Default)]
struct TicketLock {
    /// The ticket of who comes next.
    next: AtomicU32,
    /// The ticket whose turn it is.
    serving: AtomicU32,
}

impl TicketLock {
    fn lock(&self) {
        // Relaxed: a ticket is a number, and no two threads draw the same one.
        let mine = self.next.fetch_add(1, Relaxed);
        // Acquire: pairs with the Release in `unlock`, so that this holder sees all that the last one did.
        while self.serving.load(Acquire) != mine {
            thread::yield_now();
        }
    }

    fn unlock(&self) {
        // Relaxed: only the holder writes `serving`, and it has seen the write of the one before.
        let mine = self.serving.load(Relaxed);
        // Release: pairs with the Acquire in `lock`; what this holder did happens before what the next one does. The number wraps,
        // as that of `next` does.
        self.serving.store(mine.wrapping_add(1), Release);
    }
}

/// A counter whose bytes are all zero is new.
#[derive(Default)]
pub struct Counter {
    lock: TicketLock,
    /// Only for the holder of the lock.
    value: UnsafeCell<u32>,
}

// SAFETY: only the holder of the lock accesses the value, and `count` is called when nobody else does.
unsafe impl Sync for Counter {}

/// Adds one.
#[unsafe(no_mangle)]
pub extern "C" fn increment(counter: &Counter) {
    counter.lock.lock();
    // SAFETY: the lock is held, and what its last holder did happens before.
    unsafe { *counter.value.get() += 1 };
    counter.lock.unlock();
}

/// The count.
#[unsafe(no_mangle)]
pub extern "C" fn count(counter: &Counter) -> u32 {
    // SAFETY: the caller has joined the threads that increment.
    unsafe { *counter.value.get() }
}

fn main() {
    two_threads::run(increment, count);
}
