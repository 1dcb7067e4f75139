//! The value is kept for the type, not for the place: two places have one value.
//!
//! Rejected by: two_places_have_two_values
//! Because: the value of one is in the other

use std::any::type_name;
use std::collections::HashMap;
use std::sync::Mutex as Global;
use sync::{Mutex, PoisonError};

/// The address of the value of each type.
static VALUES: Global<Option<HashMap<&str, usize>>> = Global::new(None);

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
            let made = &*Box::leak(Box::new(make()));
            let address = (&raw const *made).expose_provenance();
            let mut values = VALUES.lock().unwrap();
            let address =
                *values.get_or_insert_default().entry(type_name::<T>()).or_insert(address);
            // SAFETY: the address of a value of this type that was leaked.
            unsafe { &*std::ptr::with_exposed_provenance(address) }
        })
    }
}

impl<T> Default for LeakOnce<T> {
    fn default() -> Self {
        Self::new()
    }
}
