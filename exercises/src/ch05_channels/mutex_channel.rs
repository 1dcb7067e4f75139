//! A channel for any number of messages: a queue behind a mutex, and a condition variable to wait for the next one.
//!
//! The book's page on this exercise: chapter 5, "A queue behind a mutex".

use std::collections::VecDeque;
use std::sync::Arc;
use sync::{Condvar, Mutex};

/// What the ends share.
struct Shared<T> {
    state: Mutex<State<T>>,
    /// Notified when there is a message, or when there will be none.
    changed: Condvar,
}

struct State<T> {
    messages: VecDeque<T>,
    // Your turn: what else must the two sides know of each other?
}

/// The two ends of a new channel. It has room for as many messages as there is memory for.
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    todo!()
}

/// An end that sends. There may be several: clone it. When the last one is dropped, the receiver learns of it.
pub struct Sender<T> {
    shared: Arc<Shared<T>>,
}

impl<T> Sender<T> {
    /// Puts a message into the channel, behind all that are there. Waits for the mutex, and for nothing else.
    ///
    /// # Errors
    ///
    /// If the receiver was dropped: the message comes back. With `Ok` the message is in the queue; the receiver may still be
    /// dropped before it has received it, and then it drops the message.
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        todo!()
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
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

/// The end that receives. If it is dropped, so are the messages that it has not received.
///
/// Several threads may share it; each message goes to one of them.
pub struct Receiver<T> {
    shared: Arc<Shared<T>>,
}

impl<T> Receiver<T> {
    /// Takes the oldest message. Sleeps while there is none and a sender is left.
    ///
    /// # Errors
    ///
    /// If no message will come: the queue is empty, and the last sender was dropped.
    pub fn receive(&self) -> Result<T, Disconnected> {
        todo!()
    }

    /// Takes the oldest message, if there is one. Waits for the mutex, and for nothing else.
    ///
    /// # Errors
    ///
    /// Says whether a message may still come.
    pub fn try_receive(&self) -> Result<T, TryReceiveError> {
        todo!()
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        // Your turn. A message may do anything when it is dropped: it may own a sender of this very channel.
        todo!()
    }
}

/// No message will come: the queue is empty, and all senders were dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disconnected;

/// Why there is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryReceiveError {
    /// Not yet: a sender is left.
    Empty,
    /// Nor will there be: all senders were dropped.
    Disconnected,
}

#[test] // "Run test" in your editor grades this file, as `cargo test mutex_channel` does.
fn grade() {}
