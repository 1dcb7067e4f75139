//! A channel for one message: a slot and a flag. That the slot is used in the right order is the caller's promise.
//!
//! # Invariants
//!
//! 1. The slot is written once, by the one call of [`send`](Channel::send), before `ready` becomes `true`.
//! 2. The slot is read once, by the one call of [`receive`](Channel::receive), on a thread that has read `true`.
//! 3. All that came before `send` happens before that thread read `true`: the release store is read by an acquire load.

use std::mem::MaybeUninit;
use sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Release},
};
use sync::cell::UnsafeCell;

/// A channel that one message goes through, once.
///
/// A message that is sent and never received may leak.
pub struct Channel<T> {
    message: UnsafeCell<MaybeUninit<T>>,
    /// The message is in the slot. Stays `true` when it has been received.
    ready: AtomicBool,
}

// SAFETY: a shared channel moves one message from the thread that sends to the one that receives (invariants 1 to 3), which
// takes `T: Send`. No two threads ever share the message: `T: Sync` is not needed.
unsafe impl<T: Send> Sync for Channel<T> {}

impl<T> Channel<T> {
    /// A channel without a message.
    pub const fn new() -> Self {
        Self { message: UnsafeCell::new(MaybeUninit::uninit()), ready: AtomicBool::new(false) }
    }

    /// Puts the message into the channel. Never waits.
    ///
    /// # Safety
    ///
    /// Call it at most once for each channel.
    #[inline]
    pub unsafe fn send(&self, message: T) {
        // SAFETY: the only call of `send` is the only one to write (invariant 1), and nobody reads before it has stored
        // `true` (invariant 2).
        unsafe { (*self.message.get()).write(message) };
        // Release: pairs with the Acquire in `is_ready`; the message is written before anyone may read it.
        self.ready.store(true, Release);
    }

    /// Is there a message? Once `true`, it may be received by this thread.
    #[inline]
    pub fn is_ready(&self) -> bool {
        // Acquire: pairs with the Release in `send`. `receive` comes after this on the same thread, and has no atomic
        // operation of its own.
        self.ready.load(Acquire)
    }

    /// Takes the message. What came before its `send` happens before this returns. Never waits.
    ///
    /// # Safety
    ///
    /// Call it at most once for each channel, and only after [`is_ready`](Self::is_ready) has returned `true` on the same
    /// thread.
    #[inline]
    pub unsafe fn receive(&self) -> T {
        // SAFETY: the message was written (invariant 1), and that happens before this (invariants 2 and 3). Nobody else reads
        // it: this is the only call, and the slot never drops what is in it.
        unsafe { (*self.message.get()).assume_init_read() }
    }
}

impl<T> Default for Channel<T> {
    fn default() -> Self {
        Self::new()
    }
}
