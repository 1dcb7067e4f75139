//! A value that many threads read and few change, behind a reader-writer lock.
//!
//! # Invariants
//!
//! 1. The value changes only under the write lock, and is looked at only under a lock. So those who look never see a change half made.
//! 2. What `refresh` puts in was made from a value that was old at that moment: it looks once more when it has the write lock.

use sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// A value that any number of threads may read at once.
pub struct Settings<T> {
    value: RwLock<T>,
}

impl<T> Settings<T> {
    /// Settings that begin with `value`.
    pub const fn new(value: T) -> Self {
        Self { value: RwLock::new(value) }
    }

    /// Lets `look` see the value, and returns what it returns.
    ///
    /// Other threads may look at the same time. Blocks while a thread changes the value.
    ///
    /// # Panics
    ///
    /// If `look` does.
    pub fn read<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.reading())
    }

    /// Lets `change` change the value, with no other thread looking or changing meanwhile. Blocks until they are done.
    ///
    /// # Panics
    ///
    /// If `change` does. What it has changed stays changed, and the settings can be used as before.
    pub fn change(&self, change: impl FnOnce(&mut T)) {
        change(&mut self.writing());
    }

    /// Replaces the value by what `make` makes of it, if `is_old` says that it is old. Returns whether this call has replaced it.
    ///
    /// If several threads find it old at once, one of them replaces it. Blocks while a thread changes the value, and, if it is old, while
    /// others look.
    ///
    /// # Panics
    ///
    /// If `is_old` or `make` does. The value is then as it was.
    pub fn refresh(&self, is_old: impl Fn(&T) -> bool, make: impl FnOnce(&T) -> T) -> bool {
        if !is_old(&self.reading()) {
            return false;
        }
        // The read lock is gone: to wait for the write lock with it in hand would be to wait for ourselves.
        let mut value = self.writing();
        // Another thread may have replaced it before we had the lock (invariant 2).
        if !is_old(&value) {
            return false;
        }
        *value = make(&value);
        true
    }

    /// Poison says that a `change` has panicked. What it did is allowed to stay, so there is nothing to repair.
    fn reading(&self) -> RwLockReadGuard<'_, T> {
        self.value.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn writing(&self) -> RwLockWriteGuard<'_, T> {
        self.value.write().unwrap_or_else(PoisonError::into_inner)
    }
}
