//! The state is handed over in a cell, under a flag that publishes it; nobody joins.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;
use sync::thread;

/// What the worker and its owner share.
struct Shared<T> {
    told: AtomicBool,
    /// The worker is done with the state.
    ended: AtomicBool,
    /// An error, with what a step has panicked with.
    state: UnsafeCell<Option<thread::Result<T>>>,
}

// SAFETY: the thread has the state until `ended`, and its owner afterwards.
unsafe impl<T: Send> Sync for Shared<T> {}

pub struct Worker<T> {
    shared: Arc<Shared<T>>,
}

impl<T: Send + 'static> Worker<T> {
    pub fn start(mut state: T, mut step: impl FnMut(&mut T) + Send + 'static) -> Self {
        let shared = Arc::new(Shared {
            told: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            state: UnsafeCell::new(None),
        });
        let theirs = shared.clone();
        thread::spawn(move || {
            let result = panic::catch_unwind(AssertUnwindSafe(|| {
                while !theirs.told.load(Relaxed) {
                    step(&mut state);
                }
                state
            }));
            // SAFETY: the owner waits for `ended`.
            unsafe { *theirs.state.get() = Some(result) };
            theirs.ended.store(true, Release);
        });
        Self { shared }
    }

    pub fn request_stop(&self) {
        self.shared.told.store(true, Relaxed);
    }

    pub fn stop(self) -> T {
        self.request_stop();
        while !self.shared.ended.load(Acquire) {
            thread::yield_now();
        }
        // SAFETY: the thread has ended.
        match unsafe { &mut *self.shared.state.get() }.take().unwrap() {
            Ok(state) => state,
            Err(payload) => panic::resume_unwind(payload),
        }
    }
}

impl<T> Drop for Worker<T> {
    fn drop(&mut self) {
        self.shared.told.store(true, Relaxed);
    }
}
