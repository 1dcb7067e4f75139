//! A worker thread that repeats a step until it is told to stop, and hands over what it has.
//!
//! The book's page on this exercise: chapter 2, "Stop".

use std::panic;
use std::sync::Arc;
use sync::atomic::{AtomicBool, Ordering};
use sync::thread::{self, JoinHandle};

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
        // Your turn. `thread::spawn` wants a closure that owns what it uses: clone the `Arc`.
        todo!()
    }

    /// Tells the thread to stop, and does not wait until it has.
    pub fn request_stop(&self) {
        todo!()
    }

    /// Stops the thread, and returns the state as the last step left it. No step runs any more.
    ///
    /// Blocks until the step that is running has ended.
    ///
    /// # Panics
    ///
    /// If a step panicked, with what it panicked with.
    pub fn stop(mut self) -> T {
        // Your turn. A type with a `drop` cannot be taken apart, hence the `Option`: `self.thread.take()`.
        todo!()
    }
}

impl<T> Drop for Worker<T> {
    fn drop(&mut self) {
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test stop_flag` does.
fn grade() {}
