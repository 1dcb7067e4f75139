//! A channel for one message whose receiver sleeps until the message is there.
//!
//! The book's page on this exercise: chapter 5, "A receiver that sleeps".

use std::marker::PhantomData;
use std::mem::MaybeUninit;
use sync::atomic::{AtomicU8, Ordering};
use sync::cell::UnsafeCell;
use sync::thread::{self, Thread};

/// No message yet.
const EMPTY: u8 = 0;
/// The message is in the slot.
const READY: u8 = 1;
/// No message will come: it has been taken, or the sender is gone without one.
const CLOSED: u8 = 2;

/// A channel for one message at a time. [`split`](Self::split) it where the message is wanted, and send the sender away.
pub struct Channel<T> {
    state: AtomicU8,
    message: UnsafeCell<MaybeUninit<T>>,
}

// Your turn: the sender has a `&Channel<T>`, and is to be `Send`. When is a `&Channel<T>` that?

impl<T> Channel<T> {
    /// A channel without a message. Allocates nothing.
    pub const fn new() -> Self {
        Self { state: AtomicU8::new(EMPTY), message: UnsafeCell::new(MaybeUninit::uninit()) }
    }

    /// Two new ends; the current thread is the one that will receive. A message that nobody has received since the last call
    /// is dropped.
    pub fn split(&mut self) -> (Sender<'_, T>, Receiver<'_, T>) {
        // Your turn. `thread::current()` is the handle of this thread.
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
        todo!()
    }
}

/// The end that sends. If it is dropped without sending, the receiver is woken and told.
pub struct Sender<'a, T> {
    channel: &'a Channel<T>,
    receiver: Thread,
}

impl<T> Sender<'_, T> {
    /// Puts the message into the channel, and wakes the receiver. Never waits, and cannot fail: if nobody receives the
    /// message, it is dropped with the channel, or by the next [`split`](Channel::split).
    pub fn send(self, message: T) {
        // Your turn. `self.receiver.unpark()` wakes the receiver, or lets its next `park` return at once. When?
        todo!()
    }
}

impl<T> Drop for Sender<'_, T> {
    fn drop(&mut self) {
        // Your turn. Comes at the end of `send` as well, unless you see to it that it does not.
        todo!()
    }
}

/// No message will come: the sender was dropped without sending one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disconnected;

/// The end that receives. It stays on its thread: that is the one that the sender wakes.
pub struct Receiver<'a, T> {
    channel: &'a Channel<T>,
    // Your turn: what keeps a receiver on its thread? A field of a type that is not `Send` would.
}

impl<T> Receiver<'_, T> {
    /// Waits for the message, and takes it. Blocks by [`thread::park`], and may take a token that was meant for something
    /// else, as whoever parks must expect.
    ///
    /// # Errors
    ///
    /// If the sender is dropped without sending.
    pub fn receive(self) -> Result<T, Disconnected> {
        // Your turn. `thread::park()` may return for no reason, or for somebody else's.
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test one_shot_blocking` does.
fn grade() {}
