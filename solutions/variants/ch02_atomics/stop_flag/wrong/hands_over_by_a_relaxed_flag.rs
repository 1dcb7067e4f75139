//! The state is handed over in a cell, under a flag that is `Relaxed`, and not by the join.
//!
//! Rejected by: stop_returns_the_state_as_the_last_step_left_it
//! Because: data race

use std::sync::Arc;
use sync::atomic::{AtomicBool, Ordering::Relaxed};
use sync::cell::UnsafeCell;
use sync::thread;

/// What the worker and its owner share.
struct Shared<T> {
    told: AtomicBool,
    /// The worker is done with the state.
    ended: AtomicBool,
    state: UnsafeCell<Option<T>>,
}

// SAFETY: the thread has the state until `ended`, and its owner afterwards.
unsafe impl<T: Send> Sync for Shared<T> {}

pub struct Worker<T> {
    shared: Arc<Shared<T>>,
}

impl<T: Send + 'static> Worker<T> {
    pub fn start(state: T, mut step: impl FnMut(&mut T) + Send + 'static) -> Self {
        let shared = Arc::new(Shared {
            told: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            state: UnsafeCell::new(Some(state)),
        });
        let theirs = shared.clone();
        thread::spawn(move || {
            while !theirs.told.load(Relaxed) {
                // SAFETY: the owner waits for `ended`.
                step(unsafe { &mut *theirs.state.get() }.as_mut().unwrap());
            }
            theirs.ended.store(true, Relaxed);
        });
        Self { shared }
    }

    pub fn request_stop(&self) {
        self.shared.told.store(true, Relaxed);
    }

    pub fn stop(self) -> T {
        self.request_stop();
        while !self.shared.ended.load(Relaxed) {
            thread::yield_now();
        }
        // SAFETY: the thread has ended.
        unsafe { &mut *self.shared.state.get() }.take().unwrap()
    }
}

impl<T> Drop for Worker<T> {
    fn drop(&mut self) {
        self.shared.told.store(true, Relaxed);
    }
}
