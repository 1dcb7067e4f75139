//! A channel for one message whose two ends borrow it: no allocation, and no reference count.
//!
//! # Invariants
//!
//! 1. A channel has at most one [`Sender`] and one [`Receiver`] at a time: only [`split`](Channel::split) makes them, and
//!    what they borrow keeps the next `split` away.
//! 2. While the state is [`EMPTY`] the slot belongs to the sender, which leaves `EMPTY` as the last thing that it does.
//! 3. The slot holds a message exactly while the state is [`READY`]. It belongs to the receiver then, and to whoever has
//!    `&mut Channel` when there are no ends.

use std::mem::MaybeUninit;
use sync::atomic::{
    AtomicU8,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;

/// No message yet.
const EMPTY: u8 = 0;
/// The message is in the slot.
const READY: u8 = 1;
/// No message will come: it has been taken, or the sender is gone without one.
const CLOSED: u8 = 2;

/// A channel for one message at a time. [`split`](Self::split) it, and hand its ends to two threads.
pub struct Channel<T> {
    state: AtomicU8,
    message: UnsafeCell<MaybeUninit<T>>,
}

// SAFETY: what reaches the slot through a shared channel are its two ends. They move one message from one thread to another
// (invariants 2 and 3), which takes `T: Send`, and share nothing.
unsafe impl<T: Send> Sync for Channel<T> {}

impl<T> Channel<T> {
    /// A channel without a message. Allocates nothing, here or later.
    pub const fn new() -> Self {
        Self { state: AtomicU8::new(EMPTY), message: UnsafeCell::new(MaybeUninit::uninit()) }
    }

    /// Two new ends. A message that nobody has received since the last call is dropped.
    pub fn split(&mut self) -> (Sender<'_, T>, Receiver<'_, T>) {
        // Drops the old channel, and with it the message. If that panics, the new channel is in its place all the same.
        *self = Self::new();
        let channel = &*self;
        (Sender { channel }, Receiver { channel })
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
            // SAFETY: there is a message (invariant 3), and with `&mut self` it is ours. The channel is gone afterwards.
            unsafe { self.message.get_mut().assume_init_drop() };
        }
    }
}

/// The end that sends. If it is dropped without sending, the receiver learns that no message will come.
pub struct Sender<'a, T> {
    channel: &'a Channel<T>,
}

impl<T> Sender<'_, T> {
    /// Puts the message into the channel. Never waits, and cannot fail: if nobody receives the message, it is dropped with
    /// the channel, or by the next [`split`](Channel::split).
    #[inline]
    pub fn send(self, message: T) {
        // SAFETY: the state is `EMPTY`, since we alone change it from that, and so the slot is ours (invariant 2).
        unsafe { (*self.channel.message.get()).write(message) };
        // Release: pairs with the Acquire in `try_receive`, which must see the message.
        self.channel.state.store(READY, Release);
        // `drop` is for senders that have not sent.
        std::mem::forget(self);
    }
}

impl<T> Drop for Sender<'_, T> {
    fn drop(&mut self) {
        // Relaxed: nothing is handed over. Whoever reads `CLOSED` does not look into the slot.
        self.channel.state.store(CLOSED, Relaxed);
    }
}

/// Why there is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryReceiveError {
    /// Not yet: the sender is still there.
    Empty,
    /// Nor will there be: it has been received, or the sender was dropped without sending.
    Disconnected,
}

/// The end that receives. If it is dropped without receiving, the message may stay in the channel.
pub struct Receiver<'a, T> {
    channel: &'a Channel<T>,
}

impl<T> Receiver<'_, T> {
    /// Takes the message, if it is there. Never waits.
    ///
    /// # Errors
    ///
    /// Says whether a message may still come.
    #[inline]
    pub fn try_receive(&mut self) -> Result<T, TryReceiveError> {
        // Acquire: pairs with the Release in `send`; the message was written before we read it.
        match self.channel.state.load(Acquire) {
            EMPTY => Err(TryReceiveError::Empty),
            READY => {
                // Relaxed: the sender is gone. Whoever looks next is this thread, or has `&mut Channel`, or got this receiver
                // from here, which orders it after us.
                self.channel.state.store(CLOSED, Relaxed);
                // SAFETY: there was a message, and it was ours (invariant 3). Nobody will look for it again.
                Ok(unsafe { (*self.channel.message.get()).assume_init_read() })
            }
            _ => Err(TryReceiveError::Disconnected),
        }
    }
}
