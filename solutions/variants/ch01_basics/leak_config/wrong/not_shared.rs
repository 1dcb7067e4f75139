//! A `RefCell` in place of the lock: right for one thread, and for no more.
//!
//! Rejected by: place_is_shared_only_where_its_value_is
//! Because: no two threads could ask

use std::cell::RefCell;

/// A place for one value that is made when it is first asked for, and never freed.
pub struct LeakOnce<T: 'static> {
    value: RefCell<Option<&'static T>>,
}

impl<T> LeakOnce<T> {
    /// An empty place.
    pub const fn new() -> Self {
        Self { value: RefCell::new(None) }
    }

    /// The value. At the first call `make` makes it; until it has, other calls wait.
    ///
    /// # Panics
    ///
    /// If `make` does. The place is still empty then, and the next call tries again.
    pub fn get_or_leak(&self, make: impl FnOnce() -> T) -> &'static T {
        self.value.borrow_mut().get_or_insert_with(|| Box::leak(Box::new(make())))
    }
}

impl<T> Default for LeakOnce<T> {
    fn default() -> Self {
        Self::new()
    }
}
