//! An `unsafe impl Sync` for every `T`: threads share what must not be shared.
//!
//! Rejected by: place_is_shared_only_where_its_value_is
//! Because: a reference to the same cell

use sync::{Mutex, PoisonError};

/// A place for one value that is made when it is first asked for, and never freed.
pub struct LeakOnce<T: 'static> {
    value: Mutex<Option<&'static T>>,
}

// SAFETY: the lock keeps threads apart. (It does not keep them from the value.)
unsafe impl<T> Sync for LeakOnce<T> {}

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
