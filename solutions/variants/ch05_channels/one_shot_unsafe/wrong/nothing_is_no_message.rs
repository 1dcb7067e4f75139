//! A pointer says whether there is a message, and a message without bytes has none.
//!
//! Rejected by: message_of_any_type_goes_through
//! Because: `is_ready` says that there is no message, but there is one

use std::ptr;
use sync::atomic::{
    AtomicPtr,
    Ordering::{Acquire, Relaxed, Release},
};

pub struct Channel<T> {
    message: AtomicPtr<T>,
}

// SAFETY: the message is moved and never shared.
unsafe impl<T: Send> Sync for Channel<T> {}
// SAFETY: the message goes along.
unsafe impl<T: Send> Send for Channel<T> {}

impl<T> Channel<T> {
    pub const fn new() -> Self {
        Self { message: AtomicPtr::new(ptr::null_mut()) }
    }

    pub unsafe fn send(&self, message: T) {
        if size_of::<T>() > 0 {
            // Release: pairs with the Acquire in `receive`.
            self.message.store(Box::into_raw(Box::new(message)), Release);
        }
    }

    pub fn is_ready(&self) -> bool {
        // Relaxed: `receive` loads again.
        !self.message.load(Relaxed).is_null()
    }

    pub unsafe fn receive(&self) -> T {
        // Acquire: pairs with the Release in `send`.
        // SAFETY: the caller has seen that there is a message, and takes it once.
        unsafe { *Box::from_raw(self.message.load(Acquire)) }
    }
}

impl<T> Default for Channel<T> {
    fn default() -> Self {
        Self::new()
    }
}
