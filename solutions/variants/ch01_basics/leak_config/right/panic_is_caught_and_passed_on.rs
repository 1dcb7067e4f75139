//! The lock is never poisoned: the panic is caught, the lock released, and the panic passed on.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
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
        if let Some(value) = *value {
            return value;
        }
        match catch_unwind(AssertUnwindSafe(make)) {
            Ok(made) => value.insert(Box::leak(Box::new(made))),
            Err(payload) => {
                drop(value);
                resume_unwind(payload)
            }
        }
    }
}

impl<T> Default for LeakOnce<T> {
    fn default() -> Self {
        Self::new()
    }
}
