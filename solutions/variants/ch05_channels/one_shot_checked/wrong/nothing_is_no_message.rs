//! A pointer says whether there is a message, and a message without bytes has none.
//!
//! Rejected by: message_of_any_type_goes_through
//! Because: `is_ready` is false although the message that was sent has not been received

use std::ptr;
use sync::atomic::{
    AtomicBool, AtomicPtr,
    Ordering::{Acquire, Relaxed, Release},
};

pub struct Channel<T> {
    used: AtomicBool,
    message: AtomicPtr<T>,
}

// SAFETY: the message is moved and never shared.
unsafe impl<T: Send> Sync for Channel<T> {}
// SAFETY: the message goes along.
unsafe impl<T: Send> Send for Channel<T> {}

impl<T> Channel<T> {
    pub const fn new() -> Self {
        Self { used: AtomicBool::new(false), message: AtomicPtr::new(ptr::null_mut()) }
    }

    pub fn send(&self, message: T) {
        // Relaxed: whoever is first may write, and nothing is handed over by it.
        assert!(!self.used.swap(true, Relaxed), "a second message was sent");
        if size_of::<T>() > 0 {
            // Release: pairs with the Acquire in `receive`.
            self.message.store(Box::into_raw(Box::new(message)), Release);
        }
    }

    pub fn is_ready(&self) -> bool {
        // Relaxed: `receive` looks for itself.
        !self.message.load(Relaxed).is_null()
    }

    pub fn receive(&self) -> T {
        // Acquire: pairs with the Release in `send`.
        let message = self.message.swap(ptr::null_mut(), Acquire);
        assert!(!message.is_null(), "there is no message to receive");
        // SAFETY: `send` made it from a box, and the `swap` gave it to this thread alone.
        unsafe { *Box::from_raw(message) }
    }
}

impl<T> Drop for Channel<T> {
    fn drop(&mut self) {
        let message = *self.message.get_mut();
        if !message.is_null() {
            // SAFETY: `send` made it from a box, and nobody received it.
            drop(unsafe { Box::from_raw(message) });
        }
    }
}

impl<T> Default for Channel<T> {
    fn default() -> Self {
        Self::new()
    }
}
