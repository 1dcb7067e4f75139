//! The state, or the panic of a step, is handed over in a cell, under a flag that publishes it; nobody joins.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
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
    /// The worker is done.
    ended: AtomicBool,
    outcome: UnsafeCell<Option<std::thread::Result<T>>>,
}

// SAFETY: the thread has the outcome until `ended`, and its owner afterwards.
unsafe impl<T: Send> Sync for Shared<T> {}

pub struct Worker<T> {
    shared: Arc<Shared<T>>,
}

impl<T: Send + 'static> Worker<T> {
    pub fn start(mut state: T, mut step: impl FnMut(&mut T) + Send + 'static) -> Self {
        let shared = Arc::new(Shared {
            told: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            outcome: UnsafeCell::new(None),
        });
        let theirs = shared.clone();
        thread::spawn(move || {
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                while !theirs.told.load(Relaxed) {
                    step(&mut state);
                }
                state
            }));
            // SAFETY: the owner waits for `ended`.
            unsafe { *theirs.outcome.get() = Some(outcome) };
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
        // SAFETY: the thread is done.
        match unsafe { &mut *self.shared.outcome.get() }.take().unwrap() {
            Ok(state) => state,
            Err(payload) => resume_unwind(payload),
        }
    }
}

impl<T> Drop for Worker<T> {
    fn drop(&mut self) {
        self.shared.told.store(true, Relaxed);
    }
}
