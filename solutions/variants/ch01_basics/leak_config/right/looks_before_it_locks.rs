//! A pointer beside the lock: once the value is there, a call is one load.

use std::marker::PhantomData;
use std::ptr;
use sync::atomic::{
    AtomicPtr,
    Ordering::{Acquire, Release},
};
use sync::{Mutex, PoisonError};

/// A place for one value that is made when it is first asked for, and never freed.
pub struct LeakOnce<T: 'static> {
    value: AtomicPtr<T>,
    making: Mutex<()>,
    /// Shares what a lock around the reference would share.
    of: PhantomData<Mutex<&'static T>>,
}

impl<T> LeakOnce<T> {
    /// An empty place.
    pub const fn new() -> Self {
        Self { value: AtomicPtr::new(ptr::null_mut()), making: Mutex::new(()), of: PhantomData }
    }

    /// The value. At the first call `make` makes it; until it has, other calls wait.
    ///
    /// # Panics
    ///
    /// If `make` does. The place is still empty then, and the next call tries again.
    pub fn get_or_leak(&self, make: impl FnOnce() -> T) -> &'static T {
        let look = || {
            let value = self.value.load(Acquire);
            // SAFETY: a pointer that is not null came from a box that was leaked.
            unsafe { value.as_ref() }
        };
        look().unwrap_or_else(|| {
            let _making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
            look().unwrap_or_else(|| {
                let value = Box::leak(Box::new(make()));
                self.value.store(value, Release);
                value
            })
        })
    }
}

impl<T> Default for LeakOnce<T> {
    fn default() -> Self {
        Self::new()
    }
}
