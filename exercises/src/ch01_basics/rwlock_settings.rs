//! A value that many threads read and few change, behind a reader-writer lock.
//!
//! The book's page on this exercise: chapter 1, "Many look, one changes".

use sync::{PoisonError, RwLock};

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
        todo!()
    }

    /// Lets `change` change the value, with no other thread looking or changing meanwhile. Blocks until they are done.
    ///
    /// # Panics
    ///
    /// If `change` does. What it has changed stays changed, and the settings can be used as before.
    pub fn change(&self, change: impl FnOnce(&mut T)) {
        todo!()
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
        // Your turn: look under the read lock first. Which lock do you hold when you replace, and is the value still old then?
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test rwlock_settings` does.
fn grade() {}
