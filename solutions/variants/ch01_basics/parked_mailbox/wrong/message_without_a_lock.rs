//! A message is handed over by a pointer that orders nothing.
//!
//! Rejected by: message_happens_before_its_use
//! Because: data race

use std::collections::VecDeque;
use std::sync::Arc;
use sync::atomic::{AtomicPtr, Ordering::Relaxed};
use sync::thread::{self, Thread};
use sync::{Mutex, MutexGuard};

struct State<T> {
    messages: VecDeque<T>,
    /// The thread that sleeps, or is about to.
    receiver: Option<Thread>,
}

/// The second is a place for one message that is handed over without the lock.
struct Shared<T>(Mutex<State<T>>, AtomicPtr<T>);

impl<T> Drop for Shared<T> {
    fn drop(&mut self) {
        drop(self.take());
    }
}

impl<T> Shared<T> {
    fn take(&self) -> Option<T> {
        let message = self.1.swap(std::ptr::null_mut(), Relaxed);
        // SAFETY: the pointer came out of a box, and was swapped out by this thread alone.
        (!message.is_null()).then(|| *unsafe { Box::from_raw(message) })
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().expect("nothing panics while the lock is held")
    }
}

/// Where messages are sent to. Any number of threads may have one.
pub struct Address<T>(Arc<Shared<T>>);

/// Where messages arrive. It may be moved to another thread.
pub struct Mailbox<T>(Arc<Shared<T>>);

/// An empty mailbox, and its address.
pub fn mailbox<T>() -> (Address<T>, Mailbox<T>) {
    let state = State { messages: VecDeque::new(), receiver: None };
    let shared = Arc::new(Shared(Mutex::new(state), AtomicPtr::new(std::ptr::null_mut())));
    (Address(shared.clone()), Mailbox(shared))
}

impl<T> Address<T> {
    /// Puts a message in, and wakes the thread that waits for one. Never waits for the receiver.
    pub fn send(&self, message: T) {
        let message = Box::into_raw(Box::new(message));
        let mut state = self.0.lock();
        if self.0.1.compare_exchange(std::ptr::null_mut(), message, Relaxed, Relaxed).is_err() {
            // SAFETY: the pointer came out of a box, and nobody else has seen it.
            state.messages.push_back(*unsafe { Box::from_raw(message) });
        }
        let receiver = state.receiver.take();
        // Unlocked first, so that the receiver need not wait for the lock when it wakes.
        drop(state);
        if let Some(receiver) = receiver {
            receiver.unpark();
        }
    }
}

impl<T> Clone for Address<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Mailbox<T> {
    /// Takes out the oldest message. Parks while there is none.
    pub fn receive(&mut self) -> T {
        loop {
            if let Some(message) = self.0.take() {
                return message;
            }
            let mut state = self.0.lock();
            if self.0.1.load(Relaxed).is_null().then_some(()).is_none() {
                continue;
            }
            if let Some(message) = state.messages.pop_front() {
                return message;
            }
            state.receiver = Some(thread::current());
            drop(state);
            // Returns when it was unparked, and sometimes when it was not: look again.
            thread::park();
        }
    }
}
