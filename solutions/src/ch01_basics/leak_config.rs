//! A value that is made once, while the program runs, and is there for every thread from then on.
//!
//! `Box::leak` gives up the right to free what is in a box, and gets a `&'static` for it: a reference that any thread may
//! keep as long as it likes. What is leaked once is a constant; what is leaked again and again is a leak.

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
