//! A channel for one message whose receiver sleeps until the message is there.
//!
//! # Invariants
//!
//! 1. A channel has at most one [`Sender`] and one [`Receiver`] at a time: only [`split`](Channel::split) makes them, and
//!    what they borrow keeps the next `split` away.
//! 2. While the state is [`EMPTY`] the slot belongs to the sender. It changes the state once, and touches the slot no more.
//! 3. The slot holds a message exactly while the state is [`READY`]. It belongs to the receiver then, and to whoever has
//!    `&mut Channel` when there are no ends.
//! 4. The receiver stays on the thread that made it, which is the one that the sender unparks, and the sender unparks it
//!    after it has left `EMPTY`. So a receiver that parks because it has read `EMPTY` will be unparked.

use std::marker::PhantomData;
use std::mem::MaybeUninit;
use sync::atomic::{
    AtomicU8,
    Ordering::{Acquire, Relaxed, Release},
};
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

// SAFETY: what reaches the slot through a shared channel are its two ends. They move one message from one thread to another
// (invariants 2 and 3), which takes `T: Send`, and share nothing.
unsafe impl<T: Send> Sync for Channel<T> {}

impl<T> Channel<T> {
    /// A channel without a message. Allocates nothing.
    pub const fn new() -> Self {
        Self { state: AtomicU8::new(EMPTY), message: UnsafeCell::new(MaybeUninit::uninit()) }
    }

    /// Two new ends; the current thread is the one that will receive. A message that nobody has received since the last call
    /// is dropped.
    pub fn split(&mut self) -> (Sender<'_, T>, Receiver<'_, T>) {
        // Drops the old channel, and with it the message. If that panics, the new channel is in its place all the same.
        *self = Self::new();
        let channel = &*self;
        let sender = Sender { channel, receiver: thread::current() };
        (sender, Receiver { channel, not_send: PhantomData })
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

/// The end that sends. If it is dropped without sending, the receiver is woken and told.
pub struct Sender<'a, T> {
    channel: &'a Channel<T>,
    receiver: Thread,
}

impl<T> Sender<'_, T> {
    /// Puts the message into the channel, and wakes the receiver. Never waits, and cannot fail: if nobody receives the
    /// message, it is dropped with the channel, or by the next [`split`](Channel::split).
    #[inline]
    pub fn send(self, message: T) {
        // SAFETY: the state is `EMPTY`, since we alone change it from that, and so the slot is ours (invariant 2).
        unsafe { (*self.channel.message.get()).write(message) };
        // Release: pairs with the Acquire in `receive`, which must see the message.
        self.channel.state.store(READY, Release);
        // `drop` unparks.
    }
}

impl<T> Drop for Sender<'_, T> {
    fn drop(&mut self) {
        // Relaxed: this thread alone changes the state from `EMPTY`, so it knows what it reads. And `CLOSED` hands nothing
        // over: if the receiver sleeps, `unpark` happens before it looks again.
        if self.channel.state.load(Relaxed) == EMPTY {
            self.channel.state.store(CLOSED, Relaxed);
        }
        self.receiver.unpark();
    }
}

/// No message will come: the sender was dropped without sending one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disconnected;

/// The end that receives. It stays on its thread: that is the one that the sender wakes.
pub struct Receiver<'a, T> {
    channel: &'a Channel<T>,
    /// A raw pointer is not `Send`.
    not_send: PhantomData<*const ()>,
}

impl<T> Receiver<'_, T> {
    /// Waits for the message, and takes it. Blocks by [`thread::park`], and may take a token that was meant for something
    /// else, as whoever parks must expect.
    ///
    /// # Errors
    ///
    /// If the sender is dropped without sending.
    pub fn receive(self) -> Result<T, Disconnected> {
        loop {
            // Acquire: pairs with the Release in `send`; the message was written before we read it.
            match self.channel.state.load(Acquire) {
                // Returns at once if the sender has been here since, and may return for no reason.
                EMPTY => thread::park(),
                READY => break,
                _ => return Err(Disconnected),
            }
        }
        // Relaxed: the sender changes it no more, and whoever looks next has `&mut Channel`.
        self.channel.state.store(CLOSED, Relaxed);
        // SAFETY: there was a message, and it was ours (invariant 3). Nobody will look for it again.
        Ok(unsafe { (*self.channel.message.get()).assume_init_read() })
    }
}
