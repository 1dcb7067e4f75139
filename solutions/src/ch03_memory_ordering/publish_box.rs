//! A slot into which one value on the heap is published, once, for everybody to read.
//!
//! # Invariants
//!
//! 1. `value` is null until the one compare-exchange that succeeds puts a pointer there. It never changes afterwards, but for
//!    whoever has `&mut Slot`.
//! 2. A pointer in `value` came from `Box::into_raw` and is freed by nobody but whoever has `&mut Slot`.
//! 3. All that the publisher did to the value happens before the return of every `get` that finds it: the release exchange in
//!    `publish` is read by the acquiring load in `get`.

use std::ptr;
use sync::atomic::{
    AtomicPtr,
    Ordering::{Acquire, Relaxed, Release},
};

/// Holds nothing, or one value for good.
pub struct Slot<T> {
    value: AtomicPtr<T>,
}

// SAFETY: the slot owns the value, so it goes from thread to thread with it.
unsafe impl<T: Send> Send for Slot<T> {}
// SAFETY: threads that share the slot share the value (`T: Sync`), and one of them has moved it in, another may drop it
// (`T: Send`). By 3, everything that was done to it before happens before any use.
unsafe impl<T: Send + Sync> Sync for Slot<T> {}

impl<T> Slot<T> {
    /// An empty slot.
    pub const fn new() -> Self {
        Self { value: AtomicPtr::new(ptr::null_mut()) }
    }

    /// Puts `value` into the slot, if it is empty. Does not wait.
    ///
    /// # Errors
    ///
    /// Gives `value` back if there is one in the slot, or if another thread is putting one in.
    pub fn publish(&self, value: Box<T>) -> Result<(), Box<T>> {
        let new = Box::into_raw(value);
        // Release: pairs with the Acquire in `get`, so that whoever finds the value finds all that was written to it.
        // Relaxed on failure: the pointer that stands in the way is not followed.
        match self.value.compare_exchange(ptr::null_mut(), new, Release, Relaxed) {
            Ok(_) => Ok(()),
            // SAFETY: made by `into_raw` above, and by 1 nobody else has seen it.
            Err(_) => Err(unsafe { Box::from_raw(new) }),
        }
    }

    /// The value, if there is one. Does not wait.
    #[inline]
    pub fn get(&self) -> Option<&T> {
        // Acquire: pairs with the Release in `publish` whose pointer it reads.
        let value = self.value.load(Acquire);
        // SAFETY: by 2 the value lives as long as the slot is borrowed, by 3 it is whole, and by 1 nobody has `&mut` to it.
        unsafe { value.as_ref() }
    }

    /// Takes the value out.
    pub fn take(&mut self) -> Option<Box<T>> {
        let value = std::mem::replace(self.value.get_mut(), ptr::null_mut());
        // SAFETY: by 2 it came from a box, and as it is no longer in the slot nobody else frees it.
        (!value.is_null()).then(|| unsafe { Box::from_raw(value) })
    }
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Drop for Slot<T> {
    fn drop(&mut self) {
        drop(self.take());
    }
}
