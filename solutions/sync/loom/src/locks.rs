//! std's mutex and condition variable, of the facade's own parts. A panic of a thread fails a model of this engine, so that
//! poison comes only from panics that are caught.

use crate::atomic::{
    AtomicBool, AtomicU32,
    Ordering::{Relaxed, Release},
};
use crate::surroundings::plain;
use crate::{futex, thread};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{LockResult, PoisonError};

/// A mutex, as std's.
pub struct Mutex<T> {
    poisoned: AtomicBool,
    inner: plain::Mutex<T>,
}

impl<T> Mutex<T> {
    /// A mutex that is free.
    pub const fn new(value: T) -> Self {
        Self { poisoned: AtomicBool::new(false), inner: plain::Mutex::new(value) }
    }

    /// Waits until the mutex is free, and locks it.
    ///
    /// # Errors
    ///
    /// If a holder has panicked.
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        let inner = Some(self.inner.lock());
        self.result(MutexGuard { mutex: self, panicking: thread::panicking(), inner })
    }

    /// Has a holder panicked?
    #[track_caller]
    pub fn is_poisoned(&self) -> bool {
        // Relaxed: a holder has acquired what the last holder released.
        self.poisoned.load(Relaxed)
    }

    /// Forgets that a holder has panicked.
    #[track_caller]
    pub fn clear_poison(&self) {
        // Relaxed: the holder's unlock publishes it.
        self.poisoned.store(false, Relaxed);
    }

    #[track_caller]
    fn result<G>(&self, value: G) -> LockResult<G> {
        if self.is_poisoned() { Err(PoisonError::new(value)) } else { Ok(value) }
    }
}

impl<T> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mutex")
    }
}

/// Access to the value of a locked mutex.
pub struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
    panicking: bool,
    /// `None` while the thread waits for a condition variable.
    inner: Option<plain::MutexGuard<'a, T>>,
}

const HELD: &str = "a guard that the caller has is no guard that waits";

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.inner.as_ref().expect(HELD)
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.inner.as_mut().expect(HELD)
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        if self.inner.is_some() && !self.panicking && thread::panicking() {
            // Relaxed: the unlock after it publishes it.
            self.mutex.poisoned.store(true, Relaxed);
        }
    }
}

/// A condition variable, as std's.
#[derive(Debug, Default)]
pub struct Condvar(AtomicU32);

impl Condvar {
    /// A condition variable that nobody waits for.
    pub const fn new() -> Self {
        Self(AtomicU32::new(0))
    }

    /// Unlocks, sleeps until it is woken, and locks again.
    ///
    /// # Errors
    ///
    /// If a holder has panicked.
    #[track_caller]
    pub fn wait<'a, T>(&self, mut guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        // Relaxed: whoever notifies after this thread has unlocked has acquired that unlock.
        let before = self.0.load(Relaxed);
        let mutex = guard.mutex;
        guard.inner = None;
        futex::wait(&self.0, before);
        guard.inner = Some(mutex.inner.lock());
        mutex.result(guard)
    }

    /// As `wait`, until `condition` is false.
    ///
    /// # Errors
    ///
    /// If a holder has panicked.
    #[track_caller]
    pub fn wait_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<MutexGuard<'a, T>> {
        while condition(&mut guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    /// Wakes one of those that wait, if any does.
    #[track_caller]
    pub fn notify_one(&self) {
        // Release: as the unlock before it, so that a waiter which reads this has what came before.
        self.0.fetch_add(1, Release);
        futex::wake_one(&self.0);
    }

    /// Wakes all that wait.
    #[track_caller]
    pub fn notify_all(&self) {
        // Release: as above.
        self.0.fetch_add(1, Release);
        futex::wake_all(&self.0);
    }
}
