//! A channel for one message: a slot and a flag. That the slot is used in the right order is the caller's promise.
//!
//! The book's page on this exercise: chapter 5, "One message and a promise".

use std::mem::MaybeUninit;
use sync::atomic::{AtomicBool, Ordering};
use sync::cell::UnsafeCell;

/// A channel that one message goes through, once.
///
/// A message that is sent and never received may leak.
pub struct Channel<T> {
    message: UnsafeCell<MaybeUninit<T>>,
    /// The message is in the slot.
    ready: AtomicBool,
}

// Your turn: for which `T` may threads share a `Channel<T>`? Write the `unsafe impl`, and say why it is sound.

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
    pub unsafe fn send(&self, message: T) {
        todo!()
    }

    /// Is there a message? Once `true`, it may be received by this thread.
    pub fn is_ready(&self) -> bool {
        todo!()
    }

    /// Takes the message. What came before its `send` happens before this returns. Never waits.
    ///
    /// # Safety
    ///
    /// Call it at most once for each channel, and only after [`is_ready`](Self::is_ready) has returned `true` on the same
    /// thread.
    pub unsafe fn receive(&self) -> T {
        todo!()
    }
}

impl<T> Default for Channel<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test one_shot_unsafe` does.
fn grade() {}
