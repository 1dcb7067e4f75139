//! A channel that keeps one message: the newest. A new one takes the place of one that nobody has received.
//!
//! The book's page on this exercise: chapter 5, "Only the newest counts".

use std::ptr;
use sync::atomic::{AtomicPtr, Ordering};

/// A channel in which only the newest message counts. No call waits.
///
/// A message that nobody receives is given back to whoever sends the next one, or dropped with the channel.
pub struct Newest<T> {
    // Null while there is no message. Other fields are welcome.
    message: AtomicPtr<T>,
}

// Your turn: an `AtomicPtr<T>` is `Send` and `Sync` whatever `T` is. For which `T` may your channel be sent, and for which may
// threads share one? Write both `unsafe impl`s, and say why they are sound.

impl<T> Newest<T> {
    /// A channel without a message.
    pub const fn new() -> Self {
        Self { message: AtomicPtr::new(ptr::null_mut()) }
    }

    /// Puts a message in, and gives back the one that it replaces, if any. What came before that one's `send` happens before the return.
    pub fn send(&self, message: T) -> Option<T> {
        // Your turn. `Box::into_raw` gives a pointer. Who else may take the old message at this moment?
        todo!()
    }

    /// Takes the newest message, if there is one. What came before its `send` happens before this returns. Does not wait.
    pub fn receive(&self) -> Option<T> {
        todo!()
    }
}

impl<T> Default for Newest<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Drop for Newest<T> {
    fn drop(&mut self) {
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test newest_message` does.
fn grade() {}
