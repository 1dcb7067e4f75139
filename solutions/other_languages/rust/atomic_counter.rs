//! A counter whose increment is one indivisible step.

mod two_threads;

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// A counter whose bytes are all zero is new.
#[derive(Default)]
pub struct Counter {
    value: AtomicU32,
}

/// Adds one.
#[unsafe(no_mangle)]
pub extern "C" fn increment(counter: &Counter) {
    // Relaxed: no two increments read the same number, whatever the ordering. Nothing else is published with it.
    counter.value.fetch_add(1, Relaxed);
}

/// The count.
#[unsafe(no_mangle)]
pub extern "C" fn count(counter: &Counter) -> u32 {
    // Relaxed: whoever wants the last count has joined the threads, which orders all of their increments before this.
    counter.value.load(Relaxed)
}

fn main() {
    two_threads::run(increment, count);
}
