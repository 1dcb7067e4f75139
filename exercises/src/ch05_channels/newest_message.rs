//! A channel that keeps one message: the newest. A new one takes the place of one that nobody has received.
//!
//! # Invariants
//!
//! 1. A pointer in `message` came from `Box::into_raw`, and no thread has another copy of it: it gets in by a swap, and out by a
//!    swap or to whoever has `&mut Newest`.
//! 2. Whoever gets a pointer out of `message` owns the box, alone.
//! 3. All that was done to a message before its `send` happens before whoever gets it out uses it: both swaps acquire what the
//!    swap in `send` released.

use std::ptr;
use sync::atomic::{
    AtomicPtr,
    Ordering::{AcqRel, Acquire},
};

/// A channel in which only the newest message counts. No call waits.
///
/// A message that nobody receives is given back to whoever sends the next one, or dropped with the channel.
pub struct Newest<T> {
    message: AtomicPtr<T>,
}

// SAFETY: the channel owns the message, which goes from thread to thread with it.
unsafe impl<T: Send> Send for Newest<T> {}
// SAFETY: a shared channel moves messages from one thread to another (invariants 2 and 3), which takes `T: Send`. No two threads
// share one: `T: Sync` is not needed.
unsafe impl<T: Send> Sync for Newest<T> {}

impl<T> Newest<T> {
    /// A channel without a message.
    pub const fn new() -> Self {
        Self { message: AtomicPtr::new(ptr::null_mut()) }
    }

    /// Puts a message in, and gives back the one that it replaces, if any, after all that came before the `send` of that. Does not wait.
    #[inline]
    pub fn send(&self, message: T) -> Option<T> {
        let new = Box::into_raw(Box::new(message));
        // Release: pairs with the Acquire in `receive` and in the next `send`, one of which gets this message out.
        // Acquire: pairs with the Release in the `send` of the message that this one replaces, which is ours now.
        let old = self.message.swap(new, AcqRel);
        // SAFETY: it comes out of `message`.
        unsafe { Self::owned(old) }
    }

    /// Takes the newest message, if there is one. What came before its `send` happens before this returns. Does not wait.
    #[inline]
    pub fn receive(&self) -> Option<T> {
        // Acquire: pairs with the Release in `send`. No Release: a null pointer publishes nothing.
        let message = self.message.swap(ptr::null_mut(), Acquire);
        // SAFETY: it comes out of `message`.
        unsafe { Self::owned(message) }
    }

    /// The message of which `message` is the pointer; none if it is null.
    ///
    /// # Safety
    ///
    /// `message` has just been taken out of the field of that name, by an operation that acquires or with `&mut Newest`.
    #[inline]
    unsafe fn owned(message: *mut T) -> Option<T> {
        // SAFETY: it came from a box that is ours (1 and 2), and what its sender wrote happens before this (3).
        (!message.is_null()).then(|| *unsafe { Box::from_raw(message) })
    }
}

impl<T> Default for Newest<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Drop for Newest<T> {
    fn drop(&mut self) {
        // SAFETY: with `&mut self` the message is ours, and nobody looks at the field again.
        drop(unsafe { Self::owned(*self.message.get_mut()) });
    }
}
