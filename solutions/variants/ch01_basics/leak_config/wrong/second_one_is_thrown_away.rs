//! Both threads make a value, and the one that comes second throws its own away: nothing is leaked twice, but all is
//! made twice.
//!
//! Rejected by: two_threads_get_one_value_that_was_made_once
//! Because: both of two threads have made a value

use sync::{Mutex, PoisonError};

/// A place for one value that is made when it is first asked for, and never freed.
pub struct LeakOnce<T: 'static> {
    value: Mutex<Option<&'static T>>,
}

impl<T> LeakOnce<T> {
    /// An empty place.
    pub const fn new() -> Self {
        Self { value: Mutex::new(None) }
    }

    /// The value. At the first call `make` makes it; until it has, other calls wait.
    ///
    /// # Panics
    ///
    /// If `make` does. The place is still empty then, and the next call tries again.
    pub fn get_or_leak(&self, make: impl FnOnce() -> T) -> &'static T {
        let lock = || self.value.lock().unwrap_or_else(PoisonError::into_inner);
        let there = *lock();
        there.unwrap_or_else(|| {
            let mine = Box::new(make());
            lock().get_or_insert_with(|| Box::leak(mine))
        })
    }
}

impl<T> Default for LeakOnce<T> {
    fn default() -> Self {
        Self::new()
    }
}
