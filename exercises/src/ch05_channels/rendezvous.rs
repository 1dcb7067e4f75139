//! A channel without room for a message: `send` returns when the receiver has taken it.
//!
//! The book's page on this exercise: chapter 5, "A rendezvous".

use parts::Mutex;
use sync::atomic::{AtomicU32, Ordering};
use sync::cell::UnsafeCell;
use sync::futex;

/// No sender waits with a message.
const EMPTY: u32 = 0;
/// A sender waits, and its message is in the slot.
const FULL: u32 = 1;
/// One end is gone.
const CLOSED: u32 = 2;

/// A channel that holds no message: the two threads meet. [`split`](Self::split) it for its ends.
///
/// The rendezvous of C. A. R. Hoare, "Communicating Sequential Processes", Communications of the ACM 21 (1978).
pub struct Channel<T> {
    // Other fields are welcome.
    turn: Mutex<()>,
    state: AtomicU32,
    message: UnsafeCell<Option<T>>,
}

// Your turn: the ends have a `&Channel<T>`. When may they be sent, and the sender shared?

impl<T> Channel<T> {
    /// A channel. Allocates nothing.
    pub const fn new() -> Self {
        Self { turn: Mutex::new(()), state: AtomicU32::new(EMPTY), message: UnsafeCell::new(None) }
    }

    /// Two new ends.
    pub fn split(&mut self) -> (Sender<'_, T>, Receiver<'_, T>) {
        todo!()
    }
}

impl<T> Default for Channel<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// The end that sends. Several threads may share it.
pub struct Sender<'a, T> {
    channel: &'a Channel<T>,
}

impl<T> Sender<'_, T> {
    /// Hands the message to the receiver. Waits for those who send at the same time, and then until the message is taken.
    ///
    /// What the receiver did before it took the message happens before the return. Blocks in the operating system.
    ///
    /// # Errors
    ///
    /// The message itself, if the receiver is gone and has not taken it.
    pub fn send(&self, message: T) -> Result<(), T> {
        // Your turn. For how long do you keep the other senders out? And how do you know what became of the message?
        todo!()
    }
}

impl<T> Drop for Sender<'_, T> {
    fn drop(&mut self) {
        // Your turn. The receiver may be asleep.
        todo!()
    }
}

/// No message will come: the sender is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disconnected;

/// The end that receives.
pub struct Receiver<'a, T> {
    channel: &'a Channel<T>,
}

impl<T> Receiver<'_, T> {
    /// Waits for a message, takes it, and lets its sender go on.
    ///
    /// What its sender did before happens before the return. Blocks in the operating system.
    ///
    /// # Errors
    ///
    /// If the sender is gone.
    pub fn receive(&mut self) -> Result<T, Disconnected> {
        todo!()
    }
}

impl<T> Drop for Receiver<'_, T> {
    fn drop(&mut self) {
        // Your turn. A sender may be asleep, with a message that nobody is going to take.
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test rendezvous` does.
fn grade() {}
