//! A channel for one message whose two ends borrow it: no allocation, and no reference count.
//!
//! The book's page on this exercise: chapter 5, "Ends that borrow".

use std::mem::MaybeUninit;
use sync::atomic::{AtomicU8, Ordering};
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

// Your turn: each end has a `&Channel<T>`, and is to be `Send`. When is a `&Channel<T>` that, and what does it take of `T`?

impl<T> Channel<T> {
    /// A channel without a message. Allocates nothing, here or later.
    pub const fn new() -> Self {
        Self { state: AtomicU8::new(EMPTY), message: UnsafeCell::new(MaybeUninit::uninit()) }
    }

    /// Two new ends. A message that nobody has received since the last call is dropped.
    pub fn split(&mut self) -> (Sender<'_, T>, Receiver<'_, T>) {
        // Your turn. The channel may have been used before, up to any point, and its ends may have been forgotten.
        todo!()
    }
}

impl<T> Default for Channel<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Drop for Channel<T> {
    fn drop(&mut self) {
        // Your turn. A `MaybeUninit` does not drop what is in it.
        todo!()
    }
}

/// The end that sends. If it is dropped without sending, the receiver learns that no message will come.
pub struct Sender<'a, T> {
    channel: &'a Channel<T>,
}

impl<T> Sender<'_, T> {
    /// Puts the message into the channel. Never waits, and cannot fail: if nobody receives the message, it is dropped with
    /// the channel, or by the next [`split`](Channel::split).
    pub fn send(self, message: T) {
        // Your turn. At the end of this function `self` is dropped, too.
        todo!()
    }
}

impl<T> Drop for Sender<'_, T> {
    fn drop(&mut self) {
        todo!()
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
    pub fn try_receive(&mut self) -> Result<T, TryReceiveError> {
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test one_shot_borrowed` does.
fn grade() {}
