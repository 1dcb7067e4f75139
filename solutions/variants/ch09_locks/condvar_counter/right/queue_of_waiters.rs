//! A queue of waiters, each asleep on a word of its own; as musl does within one process. First come, first woken.

use parts::{Mutex, MutexGuard};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use sync::atomic::{AtomicU32, Ordering::Relaxed};
use sync::futex;

/// The waiter is in the queue.
const WAITING: u32 = 0;
/// A notifier has taken the waiter out of the queue.
const NOTIFIED: u32 = 1;

/// Lets threads sleep until data in a [`Mutex`] has changed.
#[derive(Default)]
pub struct Condvar {
    /// The words that the waiters sleep on, the longest wait first. Locked for a moment, and last of all.
    queue: Queue,
}

struct Queue(Mutex<VecDeque<Arc<AtomicU32>>>);

impl Default for Queue {
    fn default() -> Self {
        Self(Mutex::new(VecDeque::new()))
    }
}

impl Condvar {
    /// A condition variable that nobody waits for.
    pub const fn new() -> Self {
        Self { queue: Queue(Mutex::new(VecDeque::new())) }
    }

    /// Unlocks the mutex, sleeps until a notification comes, and locks the mutex again.
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        self.sleep(guard, |word| futex::wait(word, WAITING))
    }

    /// Waits for as long as `condition` is true of the data. If it is false at once, does not wait.
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

    /// As [`Self::wait`], but sleeps for at most `duration`.
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        duration: Duration,
    ) -> (MutexGuard<'a, T>, WaitTimeoutResult) {
        let mut in_time = true;
        let guard =
            self.sleep(guard, |word| in_time = futex::wait_timeout(word, WAITING, duration));
        (guard, WaitTimeoutResult(!in_time))
    }

    /// Wakes the thread that has waited longest.
    pub fn notify_one(&self) {
        let first = self.queue.0.lock().pop_front();
        if let Some(word) = first {
            wake(&word);
        }
    }

    /// Wakes all threads that wait.
    pub fn notify_all(&self) {
        let all = std::mem::take(&mut *self.queue.0.lock());
        for word in all {
            wake(&word);
        }
    }

    fn sleep<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        sleep: impl FnOnce(&AtomicU32),
    ) -> MutexGuard<'a, T> {
        let mutex: &'a Mutex<T> = MutexGuard::mutex(&guard);
        let word = Arc::new(AtomicU32::new(WAITING));
        self.queue.0.lock().push_back(word.clone());
        drop(guard);
        sleep(&word);
        // Nothing to remove if a notifier has done so.
        self.queue.0.lock().retain(|other| !Arc::ptr_eq(other, &word));
        mutex.lock()
    }
}

/// Lets one waiter go on.
fn wake(word: &AtomicU32) {
    // Relaxed: publishes nothing; the mutex does.
    word.store(NOTIFIED, Relaxed);
    futex::wake_one(word);
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
