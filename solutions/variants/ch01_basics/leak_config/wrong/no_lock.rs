//! A cell in place of the lock: two threads that come at once both find it empty.
//!
//! Rejected by: making_happens_before_every_use
//! Because: data race

use sync::cell::UnsafeCell;

/// A place for one value that is made when it is first asked for, and never freed.
pub struct LeakOnce<T: 'static> {
    value: UnsafeCell<Option<&'static T>>,
}

// SAFETY: the value is written once, and only read afterwards. (By whom, nobody knows.)
unsafe impl<T: Sync> Sync for LeakOnce<T> {}

impl<T> LeakOnce<T> {
    /// An empty place.
    pub const fn new() -> Self {
        Self { value: UnsafeCell::new(None) }
    }

    /// The value. At the first call `make` makes it; until it has, other calls wait.
    ///
    /// # Panics
    ///
    /// If `make` does. The place is still empty then, and the next call tries again.
    pub fn get_or_leak(&self, make: impl FnOnce() -> T) -> &'static T {
        // SAFETY: as above.
        if let Some(value) = unsafe { *self.value.get() } {
            return value;
        }
        let value = &*Box::leak(Box::new(make()));
        // SAFETY: as above.
        unsafe { *self.value.get() = Some(value) };
        value
    }
}

impl<T> Default for LeakOnce<T> {
    fn default() -> Self {
        Self::new()
    }
}
