//! Threads. As with loom, what a thread is given need not be `Send`: all threads of an execution run on one OS thread.

use std::fmt;
use std::io;

pub use rc11::thread::{
    AccessError, LocalKey, Thread, ThreadId, current, panicking, park, park_timeout, scope, sleep,
    yield_now,
};

/// What is only handed to threads of the same execution.
struct SameOsThread<T>(T);

// SAFETY: all threads of an execution run on one OS thread, in turn.
unsafe impl<T> Send for SameOsThread<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for SameOsThread<T> {}

impl<T> SameOsThread<T> {
    fn into_inner(self) -> T {
        self.0
    }
}

/// A running thread; see [`spawn`].
pub struct JoinHandle<T>(rc11::thread::JoinHandle<SameOsThread<T>>);

impl<T> JoinHandle<T> {
    /// Waits until the thread has ended.
    ///
    /// # Errors
    ///
    /// If it has panicked.
    #[track_caller]
    pub fn join(self) -> std::thread::Result<T> {
        self.0.join().map(SameOsThread::into_inner)
    }

    /// Has the thread ended?
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        self.0.is_finished()
    }

    /// The thread, to unpark it.
    pub fn thread(&self) -> &Thread {
        self.0.thread()
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How to start a thread.
#[derive(Debug, Default)]
#[must_use = "a builder starts no thread by itself"]
pub struct Builder(rc11::thread::Builder);

impl Builder {
    /// A thread without a name.
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the thread.
    pub fn name(self, name: String) -> Self {
        Self(self.0.name(name))
    }

    /// Has no effect.
    pub fn stack_size(self, bytes: usize) -> Self {
        Self(self.0.stack_size(bytes))
    }

    /// Starts the thread. Never an error.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn spawn<F, T>(self, f: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + 'static,
        T: 'static,
    {
        let f = SameOsThread(f);
        self.0.spawn(move || SameOsThread(f.into_inner()())).map(JoinHandle)
    }
}

/// Starts a thread.
#[track_caller]
pub fn spawn<F, T>(f: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + 'static,
    T: 'static,
{
    let f = SameOsThread(f);
    JoinHandle(rc11::thread::spawn(move || SameOsThread(f.into_inner()())))
}
