//! A mutex as the checker knows it.

use std::ops::{Deref, DerefMut};
use std::sync::PoisonError;
use sync::surroundings;

/// Mutual exclusion around the data that it protects. A panic of a holder does not poison it.
pub struct Mutex<T>(surroundings::Mutex<T>);

impl<T> Mutex<T> {
    /// An unlocked mutex around `value`.
    pub const fn new(value: T) -> Self {
        Self(surroundings::Mutex::new(value))
    }

    /// Waits until the mutex is free, and takes it. A thread that locks twice waits for itself for ever.
    #[track_caller]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        let guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        MutexGuard { guard, mutex: self }
    }
}

/// Proof that the mutex is held: gives access to the data, and unlocks when it is dropped.
#[must_use = "a guard that is not kept unlocks at once"]
pub struct MutexGuard<'a, T> {
    guard: surroundings::MutexGuard<'a, T>,
    mutex: &'a Mutex<T>,
}

impl<'a, T> MutexGuard<'a, T> {
    /// The mutex that is held. Not a method, so as not to hide one of the data's.
    pub const fn mutex(guard: &Self) -> &'a Mutex<T> {
        guard.mutex
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guard
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.guard
    }
}
