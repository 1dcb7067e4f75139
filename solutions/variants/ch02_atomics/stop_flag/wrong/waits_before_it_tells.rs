//! `stop` tells the thread to end once it has ended.
//!
//! Rejected by: stop_is_heard_however_early_it_comes
//! Because: waits for the end of thread 1

use std::panic;
use std::sync::Arc;
use sync::atomic::{AtomicBool, Ordering::Relaxed};
use sync::thread::{self, JoinHandle};

/// The worker goes on.
const RUN: bool = false;
/// The worker ends when it has done the step that it is in.
const STOP: bool = true;

/// A thread that repeats a step on a state of its own until it is told to stop.
///
/// Dropping the worker tells the thread to stop, and does not wait for it.
pub struct Worker<T> {
    told: Arc<AtomicBool>,
    /// `None` once `stop` has taken it.
    thread: Option<JoinHandle<T>>,
}

impl<T: Send + 'static> Worker<T> {
    /// Starts a thread that calls `step` again and again, with the state.
    pub fn start(mut state: T, mut step: impl FnMut(&mut T) + Send + 'static) -> Self {
        let told = Arc::new(AtomicBool::new(RUN));
        let flag = told.clone();
        let thread = thread::spawn(move || {
            // Relaxed: the flag says that it is time to end, and nothing else. A load sees the store at last, whatever
            // its ordering, and what this thread did is handed over by the join.
            while flag.load(Relaxed) == RUN {
                step(&mut state);
            }
            state
        });
        Self { told, thread: Some(thread) }
    }

    /// Tells the thread to stop, and does not wait until it has.
    pub fn request_stop(&self) {
        // Relaxed: see the load. A store, so it may come a second time (invariant 1).
        self.told.store(STOP, Relaxed);
    }

    /// Stops the thread, and returns the state as the last step left it. No step runs any more.
    ///
    /// Blocks until the step that is running has ended.
    ///
    /// # Panics
    ///
    /// If a step panicked, with what it panicked with.
    pub fn stop(mut self) -> T {
        let thread = self.thread.take().expect("only this function takes it, and it takes `self`");
        let ended = thread.join();
        self.request_stop();
        match ended {
            Ok(state) => state,
            Err(payload) => panic::resume_unwind(payload),
        }
    }
}

impl<T> Drop for Worker<T> {
    fn drop(&mut self) {
        // Relaxed: as in `request_stop`.
        self.told.store(STOP, Relaxed);
    }
}
