//! The message is in a box, which leaks with a message that nobody receives.

use std::ptr;
use sync::atomic::{AtomicPtr, Ordering};

/// A channel that one message goes through, once.
///
/// A message that is sent and never received is not dropped.
pub struct Channel<T> {
    message: AtomicPtr<T>,
}

// SAFETY: a message goes from thread to thread.
unsafe impl<T: Send> Sync for Channel<T> {}

// SAFETY: as above.
unsafe impl<T: Send> Send for Channel<T> {}

impl<T> Channel<T> {
    /// A channel without a message.
    pub const fn new() -> Self {
        Self { message: AtomicPtr::new(ptr::null_mut()) }
    }

    /// Puts the message into the channel. Never waits.
    ///
    /// # Safety
    ///
    /// Call it at most once for each channel.
    pub unsafe fn send(&self, message: T) {
        // SAFETY: sent once.
        self.message.store(Box::into_raw(Box::new(message)), Ordering::Release);
    }

    /// Is there a message? Once `true`, it may be received by this thread.
    pub fn is_ready(&self) -> bool {
        !self.message.load(Ordering::Relaxed).is_null()
    }

    /// Takes the message. What came before its `send` happens before this returns. Never waits.
    ///
    /// # Safety
    ///
    /// Call it at most once for each channel, and only after [`is_ready`](Self::is_ready) has returned `true` on the same
    /// thread.
    pub unsafe fn receive(&self) -> T {
        // SAFETY: it is there.
        unsafe { *Box::from_raw(self.message.swap(ptr::null_mut(), Ordering::Acquire)) }
    }
}

impl<T> Default for Channel<T> {
    fn default() -> Self {
        Self::new()
    }
}
