//! The value stays in its box, and goes with the place: the references that were given out do not.
//!
//! Rejected by: value_outlives_the_place
//! Because: reads freed memory

use sync::{Mutex, PoisonError};

/// A place for one value that is made when it is first asked for, and never freed.
pub struct LeakOnce<T: 'static> {
    value: Mutex<Option<Box<T>>>,
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
        let value: *const T = &**value.get_or_insert_with(|| Box::new(make()));
        // SAFETY: a box does not move its value. (It drops it, though.)
        unsafe { &*value }
    }
}

impl<T> Default for LeakOnce<T> {
    fn default() -> Self {
        Self::new()
    }
}
