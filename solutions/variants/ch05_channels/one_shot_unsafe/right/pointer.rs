//! The message is in a box of its own, and the flag is the pointer to it.

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
        // Release: pairs with the Acquire in `receive`.
        self.message.store(Box::into_raw(Box::new(message)), Release);
    }

    pub fn is_ready(&self) -> bool {
        // Relaxed: `receive` loads again.
        !self.message.load(Relaxed).is_null()
    }

    pub unsafe fn receive(&self) -> T {
        // Acquire: pairs with the Release in `send`.
        let message = self.message.swap(ptr::null_mut(), Acquire);
        // SAFETY: the caller has seen that there is a message, and takes it once.
        unsafe { *Box::from_raw(message) }
    }
}

impl<T> Drop for Channel<T> {
    fn drop(&mut self) {
        let message = *self.message.get_mut();
        if !message.is_null() {
            // SAFETY: `send` made it from a box, and `receive` has not taken it.
            drop(unsafe { Box::from_raw(message) });
        }
    }
}

impl<T> Default for Channel<T> {
    fn default() -> Self {
        Self::new()
    }
}
