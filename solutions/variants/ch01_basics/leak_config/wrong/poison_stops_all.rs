//! `unwrap` on the lock: after one panic of `make`, every later call panics.
//!
//! Rejected by: call_after_a_panic_of_make_tries_again
//! Because: Nothing is half done

use sync::Mutex;

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
        let mut value = self.value.lock().unwrap();
        value.get_or_insert_with(|| Box::leak(Box::new(make())))
    }
}

impl<T> Default for LeakOnce<T> {
    fn default() -> Self {
        Self::new()
    }
}
