//! Wrong: the two orderings are exchanged. `lock` releases and `unlock` acquires.

mod two_threads;

use std::cell::UnsafeCell;
use std::sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Release},
};
use std::thread;

#[derive(Default)]
struct SpinLock {
    /// Does somebody hold the lock?
    flag: AtomicBool,
}

impl SpinLock {
    fn lock(&self) {
        // Release: publishes what was done before the lock was taken, which nobody needs.
        while self.flag.swap(true, Release) {
            thread::yield_now();
        }
    }

    fn unlock(&self) {
        // Acquire: learns what is too late to learn. A swap, since a store cannot acquire.
        self.flag.swap(false, Acquire);
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
