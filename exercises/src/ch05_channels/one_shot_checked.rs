//! A channel for one message that checks how it is used: what would be misuse is a panic, and a message that nobody takes is
//! dropped.
//!
//! # Invariants
//!
//! 1. The state only ever goes from `EMPTY` to `WRITING` to `READY` to `TAKEN`, each step once.
//! 2. The slot holds a message exactly while the state is `READY`. While it is `WRITING` the slot belongs to the thread that
//!    changed `EMPTY` into it; the message belongs to the thread that changes `READY` into `TAKEN`, and to whoever has
//!    `&mut Channel`.
//! 3. The write of the message happens before the read: the release store of `READY` is read by the acquiring
//!    compare-exchange in `receive`.

use std::mem::MaybeUninit;
use sync::atomic::{
    AtomicU8,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;

/// Nothing has been sent.
const EMPTY: u8 = 0;
/// Somebody is about to write the message.
const WRITING: u8 = 1;
/// The message is in the slot.
const READY: u8 = 2;
/// The message has been received.
const TAKEN: u8 = 3;

/// A channel that one message goes through, once in the channel's life.
///
/// A message that nobody receives is dropped with the channel.
pub struct Channel<T> {
    message: UnsafeCell<MaybeUninit<T>>,
    state: AtomicU8,
}

// SAFETY: a shared channel moves one message from one thread to another (invariants 2 and 3), which takes `T: Send`. No two
// threads ever share it: `T: Sync` is not needed.
unsafe impl<T: Send> Sync for Channel<T> {}

impl<T> Channel<T> {
    /// A channel without a message.
    pub const fn new() -> Self {
        Self { message: UnsafeCell::new(MaybeUninit::uninit()), state: AtomicU8::new(EMPTY) }
    }

    /// Puts the message into the channel. Never waits.
    ///
    /// # Panics
    ///
    /// If `send` was called before, by any thread, whatever has become of that message. The new message is dropped.
    #[inline]
    pub fn send(&self, message: T) {
        // Relaxed: whoever sees `EMPTY` is the first to touch the slot, so there is nothing to learn; and nothing is
        // published by saying that one is about to write. A failure panics.
        let claimed = self.state.compare_exchange(EMPTY, WRITING, Relaxed, Relaxed);
        assert!(claimed.is_ok(), "a second message was sent on a channel for one");
        // SAFETY: the slot is ours (invariant 2).
        unsafe { (*self.message.get()).write(message) };
        // Release: pairs with the Acquire in `receive`; the message is written before it may be read.
        self.state.store(READY, Release);
    }

    /// Is there a message to receive? Only a hint if other threads may receive it first.
    #[inline]
    pub fn is_ready(&self) -> bool {
        // Relaxed: `receive` looks for itself. It comes later on the same thread, so it cannot see an older state than this.
        self.state.load(Relaxed) == READY
    }

    /// Takes the message. What came before its `send` happens before this returns. Never waits.
    ///
    /// # Panics
    ///
    /// If there is no message: nothing was sent yet, or it has been received. The channel is as it was.
    #[inline]
    pub fn receive(&self) -> T {
        // Acquire: pairs with the Release in `send`. Relaxed: a failure panics.
        let taken = self.state.compare_exchange(READY, TAKEN, Acquire, Relaxed);
        assert!(taken.is_ok(), "there is no message to receive");
        // SAFETY: there was a message, it is ours (invariant 2), and its write happens before this (invariant 3). From
        // `TAKEN` on, nobody looks into the slot.
        unsafe { (*self.message.get()).assume_init_read() }
    }
}

impl<T> Default for Channel<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Drop for Channel<T> {
    fn drop(&mut self) {
        if *self.state.get_mut() == READY {
            // SAFETY: there is a message, and with `&mut self` it is ours (invariant 2). The channel is gone afterwards.
            unsafe { self.message.get_mut().assume_init_drop() };
        }
    }
}
