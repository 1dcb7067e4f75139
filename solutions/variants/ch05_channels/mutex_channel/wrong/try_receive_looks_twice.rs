//! `try_receive` looks twice: a message that is sent in between, by the last sender, is there and is not found.
//!
//! Rejected by: every_small_program_does_what_a_channel_does
//! Because: `receiver.try_receive()` returns `Disconnected`, and must return

use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;
use sync::{Condvar, Mutex, MutexGuard, PoisonError};
struct Shared<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}
struct State<T> {
    messages: VecDeque<T>,
    senders: usize,
    receiver: bool,
}
impl<T> Shared<T> {
    #[track_caller]
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let state = State { messages: VecDeque::new(), senders: 1, receiver: true };
    let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
    (Sender { shared: Arc::clone(&shared) }, Receiver { shared })
}
pub struct Sender<T> {
    shared: Arc<Shared<T>>,
}
impl<T> Sender<T> {
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        let mut state = self.shared.lock();
        if !state.receiver {
            drop(state);
            return Err(SendError(message));
        }
        state.messages.push_back(message);
        drop(state);
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
            self.shared.changed.notify_all();
        }
    }
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendError<T>(pub T);
pub struct Receiver<T> {
    shared: Arc<Shared<T>>,
}
impl<T> Receiver<T> {
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
    pub fn try_receive(&self) -> Result<T, TryReceiveError> {
        if let Some(message) = self.shared.lock().messages.pop_front() {
            return Ok(message);
        }
        if self.shared.lock().senders == 0 {
            Err(TryReceiveError::Disconnected)
        } else {
            Err(TryReceiveError::Empty)
        }
    }
}
impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.receiver = false;
        let messages = mem::take(&mut state.messages);
        drop(state);
        drop(messages);
    }
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disconnected;
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryReceiveError {
    Empty,
    Disconnected,
}
