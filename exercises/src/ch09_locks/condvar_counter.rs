//! A condition variable from a counter and a futex.
//!
//! The book's page on this exercise: chapter 9, "A counter to wait for".

use parts::{Mutex, MutexGuard};
use std::time::Duration;
use sync::atomic::{AtomicU32, Ordering};
use sync::futex;

/// Lets threads sleep until data in a [`Mutex`] has changed.
///
/// All who wait at the same time should wait with the same mutex: nobody is told whose data has changed.
#[derive(Debug, Default)]
pub struct Condvar {
    /// How many notifications there were.
    counter: AtomicU32,
}

impl Condvar {
    /// A condition variable that nobody waits for.
    pub const fn new() -> Self {
        Self { counter: AtomicU32::new(0) }
    }

    /// Unlocks the mutex, sleeps until a notification comes, and locks the mutex again.
    ///
    /// Unlocking and going to sleep are one step to every notifier that takes the mutex: it cannot notify between them.
    /// May return without a notification, so look at the data again; [`Self::wait_while`] does.
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        let mutex: &'a Mutex<T> = MutexGuard::mutex(&guard);
        todo!()
    }

    /// Waits for as long as `condition` is true of the data. If it is false at once, does not wait.
    ///
    /// `condition` is called with the mutex locked. If it panics, the mutex is unlocked.
    pub fn wait_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> MutexGuard<'a, T> {
        todo!()
    }

    /// As [`Self::wait`], but sleeps for at most `duration`; locking the mutex again may take longer.
    ///
    /// `Duration::MAX` is no limit.
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        duration: Duration,
    ) -> (MutexGuard<'a, T>, WaitTimeoutResult) {
        // `futex::wait_timeout` returns false if the time ran out.
        todo!()
    }

    /// Wakes at least one of the threads that wait, if any does.
    ///
    /// It does not matter whether the caller holds the mutex, as long as it held it when it changed the data.
    pub fn notify_one(&self) {
        todo!()
    }

    /// Wakes all threads that wait.
    pub fn notify_all(&self) {
        todo!()
    }
}

/// Why [`Condvar::wait_timeout`] returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    /// Has the time run out? Even then the data may have changed in the last moment: look.
    pub const fn timed_out(&self) -> bool {
        self.0
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test condvar_counter` does.
fn grade() {}
