//! Threads with names.

use super::handle::start;
use super::{JoinHandle, Scope, ScopedJoinHandle};
use crate::runtime::shared::Shared;
use std::io;
use std::panic::Location;

/// How to start a thread.
#[derive(Debug, Default)]
#[must_use = "a builder starts no thread by itself"]
pub struct Builder {
    name: Option<Shared<str>>,
}

impl Builder {
    /// A thread without a name.
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the thread.
    pub fn name(mut self, name: String) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Has no effect: every thread of a model has a stack of one megabyte.
    pub fn stack_size(self, _bytes: usize) -> Self {
        self
    }

    /// Starts the thread. Never an error.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn spawn<F, T>(self, f: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        // SAFETY: nothing is borrowed.
        Ok(unsafe { start(f, self.name, Location::caller()) })
    }

    /// As `spawn`, of a thread that may borrow.
    ///
    /// # Safety
    ///
    /// The thread must have been joined before what it borrows ends.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub unsafe fn spawn_unchecked<F, T>(self, f: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send,
        T: Send,
    {
        // SAFETY: as promised by the caller.
        Ok(unsafe { start(f, self.name, Location::caller()) })
    }

    /// Starts the thread in a scope. Never an error.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn spawn_scoped<'scope, F, T>(
        self,
        scope: &'scope Scope<'scope, '_>,
        f: F,
    ) -> io::Result<ScopedJoinHandle<'scope, T>>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        Ok(scope.start(f, self.name, Location::caller()))
    }
}
