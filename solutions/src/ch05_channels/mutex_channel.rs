//! A channel for any number of messages: a queue behind a mutex, and a condition variable to wait for the next one.
//!
//! # Invariants
//!
//! 1. `senders` is the number of [`Sender`]s, and `receiver` says whether there is a [`Receiver`]. Both change under the mutex.
//! 2. Without a receiver the queue is empty: `send` puts nothing into it, and the receiver takes with it what was there.
//! 3. A thread waits only while the queue is empty and there is a sender. Whoever puts in a message wakes one thread, and the
//!    sender that leaves last wakes all.
//! 4. No message is dropped while the mutex is locked: what a message does when it is dropped is not ours to know, and it
//!    may use this channel.

use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;
use sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// What the ends share.
struct Shared<T> {
    state: Mutex<State<T>>,
    /// Notified when there is a message, or when there will be none.
    changed: Condvar,
}

struct State<T> {
    messages: VecDeque<T>,
    senders: usize,
    receiver: bool,
}

impl<T> Shared<T> {
    /// Locks the state. No code of ours panics with the mutex locked, unless memory runs out before anything is changed; so
    /// a poisoned state is as good as another.
    #[track_caller]
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The two ends of a new channel. It has room for as many messages as there is memory for.
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let state = State { messages: VecDeque::new(), senders: 1, receiver: true };
    let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
    (Sender { shared: Arc::clone(&shared) }, Receiver { shared })
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
        let mut state = self.shared.lock();
        if !state.receiver {
            drop(state);
            return Err(SendError(message));
        }
        state.messages.push_back(message);
        drop(state);
        // After the mutex is unlocked, so that the thread that wakes need not wait for it. That is early enough: whoever
        // looked before the message was there, waits by now.
        self.shared.changed.notify_one();
        Ok(())
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        self.shared.lock().senders += 1;
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.senders -= 1;
        let is_last = state.senders == 0;
        drop(state);
        if is_last {
            // All: each thread that waits has to learn it (invariant 3).
            self.shared.changed.notify_all();
        }
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
        let mut state = self.shared.lock();
        loop {
            if let Some(message) = state.messages.pop_front() {
                return Ok(message);
            }
            if state.senders == 0 {
                return Err(Disconnected);
            }
            state = self.shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes the oldest message, if there is one. Waits for the mutex, and for nothing else.
    ///
    /// # Errors
    ///
    /// Says whether a message may still come.
    pub fn try_receive(&self) -> Result<T, TryReceiveError> {
        let mut state = self.shared.lock();
        match state.messages.pop_front() {
            Some(message) => Ok(message),
            None if state.senders == 0 => Err(TryReceiveError::Disconnected),
            None => Err(TryReceiveError::Empty),
        }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.receiver = false;
        let messages = mem::take(&mut state.messages);
        drop(state);
        // Here and not with the channel: a message may own a sender of this channel, which would then keep the channel and
        // itself for ever. And only now, with the mutex unlocked (invariant 4).
        drop(messages);
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
