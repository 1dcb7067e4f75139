//! Wrong: the store that unlocks is relaxed, so it publishes nothing.

mod two_threads;

use std::cell::UnsafeCell;
use std::sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Relaxed},
};
use std::thread;

#[derive(Default)]
struct SpinLock {
    /// Does somebody hold the lock?
    flag: AtomicBool,
}

impl SpinLock {
    fn lock(&self) {
        // Acquire: there is no Release that it could pair with.
        while self.flag.swap(true, Acquire) {
            thread::yield_now();
        }
    }

    fn unlock(&self) {
        // Relaxed: the next holder need not see what this one did.
        self.flag.store(false, Relaxed);
    }
}

/// A counter whose bytes are all zero is new.
#[derive(Default)]
pub struct Counter {
    lock: SpinLock,
    /// Only for the holder of the lock.
    value: UnsafeCell<u32>,
}

// SAFETY: none, though it looks as if there were: the lock keeps the threads apart in time, and orders nothing.
unsafe impl Sync for Counter {}

/// Adds one.
#[unsafe(no_mangle)]
pub extern "C" fn increment(counter: &Counter) {
    counter.lock.lock();
    // SAFETY: none, though it looks as if there were: the lock keeps the threads apart in time, and orders nothing.
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
