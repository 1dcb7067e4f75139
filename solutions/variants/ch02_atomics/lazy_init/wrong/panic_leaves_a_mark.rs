//! That a value is being made is marked before, and a panic leaves the mark.
//!
//! Rejected by: value_whose_making_panicked_is_made_by_the_next_call
//! Because: livelock

use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;

/// There is no value.
const EMPTY: u32 = 0;
/// A thread makes the value.
const BUSY: u32 = 1;
/// There is a value.
const DONE: u32 = 2;

pub struct LazyBox<T> {
    state: AtomicU32,
    value: UnsafeCell<Option<Box<T>>>,
}

// SAFETY: written by the thread that found `EMPTY`, and read after `DONE`.
unsafe impl<T: Send + Sync> Sync for LazyBox<T> {}

impl<T> LazyBox<T> {
    pub const fn new() -> Self {
        Self { state: AtomicU32::new(EMPTY), value: UnsafeCell::new(None) }
    }

    pub fn get(&self) -> Option<&T> {
        // Acquire: pairs with the Release of the thread that made the value.
        if self.state.load(Acquire) != DONE {
            return None;
        }
        // SAFETY: nobody writes it any more.
        unsafe { &*self.value.get() }.as_deref()
    }

    pub fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        if self.get().is_none() {
            if self.state.compare_exchange(EMPTY, BUSY, Relaxed, Relaxed).is_ok() {
                // SAFETY: only this thread found `EMPTY`.
                unsafe { *self.value.get() = Some(Box::new(make())) };
                self.state.store(DONE, Release);
            }
            while self.get().is_none() {
                sync::hint::spin_loop();
            }
        }
        self.get().unwrap()
    }
}

impl<T> Default for LazyBox<T> {
    fn default() -> Self {
        Self::new()
    }
}
