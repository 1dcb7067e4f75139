//! A counter under a spin lock: the ZigLock.

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
        // Acquire: pairs with the Release in `unlock`, so that this holder sees all that the last one did.
        while self.flag.swap(true, Acquire) {
            thread::yield_now();
        }
    }

    fn unlock(&self) {
        // Release: pairs with the Acquire in `lock`; what this holder did happens before what the next one does.
        self.flag.store(false, Release);
    }
}

/// A counter whose bytes are all zero is new.
#[derive(Default)]
pub struct Counter {
    lock: SpinLock,
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
