//! A channel for one message that checks how it is used: what would be misuse is a panic, and a message that nobody takes is
//! dropped.
//!
//! The book's page on this exercise: chapter 5, "Misuse panics".

use std::mem::MaybeUninit;
use sync::atomic::{AtomicU8, Ordering};
use sync::cell::UnsafeCell;

/// Nothing has been sent.
const EMPTY: u8 = 0;
// Your turn: which other states are there? Two threads may call `send` at once, or `receive`, or one of each.

/// A channel that one message goes through, once in the channel's life.
///
/// A message that nobody receives is dropped with the channel.
pub struct Channel<T> {
    message: UnsafeCell<MaybeUninit<T>>,
    state: AtomicU8,
}

// Your turn: for which `T` may threads share a `Channel<T>`? Write the `unsafe impl`, and say why it is sound.

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
    pub fn send(&self, message: T) {
        todo!()
    }

    /// Is there a message to receive? Only a hint if other threads may receive it first.
    pub fn is_ready(&self) -> bool {
        todo!()
    }

    /// Takes the message. What came before its `send` happens before this returns. Never waits.
    ///
    /// # Panics
    ///
    /// If there is no message: nothing was sent yet, or it has been received. The channel is as it was.
    pub fn receive(&self) -> T {
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
        // Your turn. Which state says that there is a message in the slot?
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test one_shot_checked` does.
fn grade() {}
