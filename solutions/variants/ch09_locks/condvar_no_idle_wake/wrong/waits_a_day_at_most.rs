//! No wait is longer than a day, and one that was to be longer says then that its time was over.
//!
//! Rejected by: all_time_does_not_run_out
//! Because: says that a century is over

use parts::{Mutex, MutexGuard};
use std::time::Duration;
use sync::atomic::{AtomicU32, Ordering::Relaxed};
use sync::futex;

/// Lets threads sleep until data in a [`Mutex`] has changed.
///
/// All who wait at the same time should wait with the same mutex: nobody is told whose data has changed.
///
/// A sequence number and a number of waiters: the algorithm of musl for condition variables that processes share.
#[derive(Debug, Default)]
pub struct Condvar {
    /// How many notifications there were while somebody waited, modulo 2³².
    counter: AtomicU32,
    /// How many threads are counted as waiting.
    waiters: AtomicU32,
}

impl Condvar {
    /// A condition variable that nobody waits for.
    pub const fn new() -> Self {
        Self { counter: AtomicU32::new(0), waiters: AtomicU32::new(0) }
    }

    /// Unlocks the mutex, sleeps until a notification comes, and locks the mutex again.
    ///
    /// Unlocking and going to sleep are one step to every notifier that takes the mutex: it cannot notify between them.
    /// May return without a notification, so look at the data again; [`Self::wait_while`] does.
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        self.sleep(guard, |seen| futex::wait(&self.counter, seen)).0
    }

    /// Waits for as long as `condition` is true of the data. If it is false at once, does not wait.
    ///
    /// `condition` is called with the mutex locked. If it panics, the mutex is unlocked.
    pub fn wait_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> MutexGuard<'a, T> {
        while condition(&mut guard) {
            guard = self.wait(guard);
        }
        guard
    }

    /// As [`Self::wait`], but sleeps for at most `duration`; locking the mutex again may take longer.
    ///
    /// `Duration::MAX` is no limit.
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        duration: Duration,
    ) -> (MutexGuard<'a, T>, WaitTimeoutResult) {
        let sleep = |seen| {
            let day = Duration::from_secs(24 * 60 * 60);
            let duration = if duration == Duration::MAX { duration } else { duration.min(day) };
            futex::wait_timeout(&self.counter, seen, duration)
        };
        let (guard, in_time) = self.sleep(guard, sleep);
        (guard, WaitTimeoutResult(!in_time))
    }

    /// Wakes at least one of the threads that wait, if any does. If none does, makes no system call.
    ///
    /// It does not matter whether the caller holds the mutex, as long as it held it when it changed the data.
    #[inline]
    pub fn notify_one(&self) {
        if self.has_waiters() {
            self.count();
            futex::wake_one(&self.counter);
        }
    }

    /// Wakes all threads that wait. If none does, makes no system call.
    #[inline]
    pub fn notify_all(&self) {
        if self.has_waiters() {
            self.count();
            futex::wake_all(&self.counter);
        }
    }

    /// Calls `sleep` with the mutex unlocked, and with what the counter was while it was still locked.
    fn sleep<'a, T, R>(
        &self,
        guard: MutexGuard<'a, T>,
        sleep: impl FnOnce(u32) -> R,
    ) -> (MutexGuard<'a, T>, R) {
        let mutex: &'a Mutex<T> = MutexGuard::mutex(&guard);
        // Relaxed: a notifier whose critical section is a later one must see this, and the mutex orders it so.
        self.waiters.fetch_add(1, Relaxed);
        // Relaxed: only the increment of a later critical section must not be read here, and the mutex orders that one
        // after this load.
        let seen = self.counter.load(Relaxed);
        drop(guard);
        let result = sleep(seen);
        // Relaxed: nobody learns anything from it but the number. Before `lock`: while this thread waits for the mutex, it
        // needs no notification.
        self.waiters.fetch_sub(1, Relaxed);
        (mutex.lock(), result)
    }

    /// Must anybody be woken?
    #[inline]
    fn has_waiters(&self) -> bool {
        // Relaxed: whoever has to be woken counted itself before it unlocked the mutex that the caller has locked since.
        self.waiters.load(Relaxed) != 0
    }

    /// Makes every waiter that is not yet asleep stay awake.
    fn count(&self) {
        // Relaxed: publishes nothing. What was changed under the mutex, the waiter sees when it has locked it again.
        self.counter.fetch_add(1, Relaxed);
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
