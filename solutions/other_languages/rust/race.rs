//! A counter that loses counts: two threads may read the same number, and both write the next one. In Rust it takes two lies to write
//! this, and they are marked `unsafe`.

mod two_threads;

use std::cell::UnsafeCell;

/// A counter whose bytes are all zero is new.
#[derive(Default)]
pub struct Counter {
    value: UnsafeCell<u32>,
}

// SAFETY: none. This is the first lie: threads that share a counter are not kept apart.
unsafe impl Sync for Counter {}

/// Adds one.
#[unsafe(no_mangle)]
pub extern "C" fn increment(counter: &Counter) {
    // SAFETY: none. This is the second lie: another thread may access the value meanwhile.
    unsafe { *counter.value.get() += 1 };
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
