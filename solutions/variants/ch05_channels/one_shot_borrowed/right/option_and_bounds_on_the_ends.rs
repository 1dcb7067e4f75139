//! The message is an `Option`, there are two flags, and the bounds are on the ends.

use std::marker::PhantomData;
use sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;

/// A channel for one message at a time.
pub struct Channel<T> {
    /// The message was sent, or will never be.
    ended: AtomicBool,
    message: UnsafeCell<Option<T>>,
}

impl<T> Channel<T> {
    /// A channel without a message.
    pub const fn new() -> Self {
        Self { ended: AtomicBool::new(false), message: UnsafeCell::new(None) }
    }

    /// Two new ends.
    pub fn split(&mut self) -> (Sender<'_, T>, Receiver<'_, T>) {
        *self.ended.get_mut() = false;
        drop(self.message.get_mut().take());
        let channel = &raw const *self;
        let borrow = PhantomData;
        (Sender { channel, borrow }, Receiver { channel, borrow })
    }
}

impl<T> Default for Channel<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// The end that sends.
pub struct Sender<'a, T> {
    channel: *const Channel<T>,
    /// As if it were this, which also makes it invariant.
    borrow: PhantomData<(&'a (), fn(T) -> T)>,
}

// SAFETY: sends one message from its thread to the receiver's.
unsafe impl<T: Send> Send for Sender<'_, T> {}

impl<T> Sender<'_, T> {
    /// Puts the message into the channel.
    pub fn send(self, message: T) {
        // SAFETY: the channel is borrowed, and the slot is the sender's until it is dropped, which is next.
        unsafe { *(*self.channel).message.get() = Some(message) };
    }
}

impl<T> Drop for Sender<'_, T> {
    fn drop(&mut self) {
        // SAFETY: the channel is borrowed.
        let channel = unsafe { &*self.channel };
        // Release: pairs with the Acquire in `try_receive`.
        channel.ended.store(true, Release);
    }
}

/// Why there is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryReceiveError {
    /// Not yet.
    Empty,
    /// Nor will there be.
    Disconnected,
}

/// The end that receives.
pub struct Receiver<'a, T> {
    channel: *const Channel<T>,
    /// As in `Sender`.
    borrow: PhantomData<(&'a (), fn(T) -> T)>,
}

// SAFETY: receives one message from the sender's thread.
unsafe impl<T: Send> Send for Receiver<'_, T> {}

impl<T> Receiver<'_, T> {
    /// Takes the message, if it is there.
    pub fn try_receive(&mut self) -> Result<T, TryReceiveError> {
        // SAFETY: the channel is borrowed.
        let channel = unsafe { &*self.channel };
        // Relaxed: a false that is old is as good as a new one.
        if !channel.ended.load(Relaxed) {
            return Err(TryReceiveError::Empty);
        }
        // Acquire: pairs with the Release in the sender's `drop`.
        channel.ended.load(Acquire);
        // SAFETY: the sender is gone, so the slot is ours.
        unsafe { (*channel.message.get()).take() }.ok_or(TryReceiveError::Disconnected)
    }
}
