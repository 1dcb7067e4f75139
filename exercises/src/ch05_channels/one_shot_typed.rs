//! A channel for one message with two ends, each of which is used up by its one use: misuse does not compile.
//!
//! The book's page on this exercise: chapter 5, "Misuse does not compile".

use std::mem::{self, MaybeUninit};
use std::ptr::NonNull;
use sync::atomic::{AtomicU8, Ordering};
use sync::cell::UnsafeCell;
use sync::free; // Drops a box. The checker then also finds who still uses the memory.

/// Both ends are there, and no message.
const EMPTY: u8 = 0;
// Your turn: which other states are there? Either end may be used or dropped first.

/// What the two ends share. An `Arc` would do: but then each end costs a count, and the state already says who is last.
struct Shared<T> {
    state: AtomicU8,
    message: UnsafeCell<MaybeUninit<T>>,
}

/// The two ends of a new channel, which share one allocation.
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    todo!()
}

/// The end that sends. If it is dropped without sending, the receiver learns that no message will come.
pub struct Sender<T> {
    shared: NonNull<Shared<T>>,
}

// Your turn: a pointer is neither `Send` nor `Sync`. For which `T` may an end be sent to another thread, and why?

impl<T> Sender<T> {
    /// Puts the message into the channel. Never waits.
    ///
    /// # Errors
    ///
    /// If the receiver was dropped: the message comes back. With `Ok` the message belongs to the receiver, which may still be
    /// dropped without having received it; then it drops the message.
    pub fn send(self, message: T) -> Result<(), SendError<T>> {
        // Your turn. When this returns, `self` is dropped too.
        todo!()
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        todo!()
    }
}

/// The receiver is gone. This is the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendError<T>(pub T);

/// The end that receives. If it is dropped, so is a message that was sent to it.
pub struct Receiver<T> {
    shared: NonNull<Shared<T>>,
}

impl<T> Receiver<T> {
    /// Takes the message, if it is there. What came before its `send` happens before this returns. Never waits.
    ///
    /// # Errors
    ///
    /// [`Empty`](ReceiveError::Empty) with the receiver, if nothing was sent and the sender is there. Otherwise
    /// [`Disconnected`](ReceiveError::Disconnected): the sender was dropped without sending.
    pub fn receive(self) -> Result<T, ReceiveError<T>> {
        todo!()
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        todo!()
    }
}

/// Why there is no message.
pub enum ReceiveError<T> {
    /// Not yet: the sender is still there. This is the receiver, to try again with.
    Empty(Receiver<T>),
    /// Nor will there be: the sender was dropped without sending.
    Disconnected,
}

#[test] // "Run test" in your editor grades this file, as `cargo test one_shot_typed` does.
fn grade() {}
