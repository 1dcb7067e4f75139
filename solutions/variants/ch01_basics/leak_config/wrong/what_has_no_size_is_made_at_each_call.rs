//! A value without a size needs no place: it is made at each call.
//!
//! Rejected by: later_calls_return_the_same_value_and_make_none
//! Because: two calls have each made a value that has no size

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
        if size_of::<T>() == 0 {
            return Box::leak(Box::new(make()));
        }
        // A panic of `make` poisons the lock, and changes nothing: the place is empty, as it was.
        let mut value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        value.get_or_insert_with(|| Box::leak(Box::new(make())))
    }
}

impl<T> Default for LeakOnce<T> {
    fn default() -> Self {
        Self::new()
    }
}
