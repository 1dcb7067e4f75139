//! The worker is told by a message, and looks for it before each step.

use std::panic;
use sync::mpsc::{self, SyncSender, TryRecvError};
use sync::thread::{self, JoinHandle};

/// A thread that repeats a step on a state of its own until it is told to stop.
///
/// Dropping the worker tells the thread to stop, and does not wait for it.
pub struct Worker<T> {
    told: SyncSender<()>,
    /// `None` once `stop` has taken it.
    thread: Option<JoinHandle<T>>,
}

impl<T: Send + 'static> Worker<T> {
    /// Starts a thread that calls `step` again and again, with the state.
    pub fn start(mut state: T, mut step: impl FnMut(&mut T) + Send + 'static) -> Self {
        let (told, asked) = mpsc::sync_channel(1);
        let thread = thread::spawn(move || {
            while asked.try_recv() == Err(TryRecvError::Empty) {
                step(&mut state);
            }
            state
        });
        Self { told, thread: Some(thread) }
    }

    /// Tells the thread to stop, and does not wait until it has.
    pub fn request_stop(&self) {
        // If there is no room, the message is there already.
        let _ = self.told.try_send(());
    }

    /// Stops the thread, and returns the state as the last step left it. No step runs any more.
    ///
    /// Blocks until the step that is running has ended.
    ///
    /// # Panics
    ///
    /// If a step panicked, with what it panicked with.
    pub fn stop(mut self) -> T {
        self.request_stop();
        let thread = self.thread.take().expect("only this function takes it, and it takes `self`");
        match thread.join() {
            Ok(state) => state,
            Err(payload) => panic::resume_unwind(payload),
        }
    }
}

impl<T> Drop for Worker<T> {
    fn drop(&mut self) {
        let _ = self.told.try_send(());
    }
}
