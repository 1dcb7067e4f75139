//! A panic of `make` is caught, and another `make` is awaited: the caller is never told.
//!
//! Rejected by: panic_of_make_reaches_the_caller
//! Because: does not reach the caller

use std::panic::{AssertUnwindSafe, catch_unwind};
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
        let mut value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        value.get_or_insert_with(|| {
            let made = catch_unwind(AssertUnwindSafe(make));
            Box::leak(Box::new(made.unwrap_or_else(|_| panic!("there is no value"))))
        })
    }
}

impl<T> Default for LeakOnce<T> {
    fn default() -> Self {
        Self::new()
    }
}
