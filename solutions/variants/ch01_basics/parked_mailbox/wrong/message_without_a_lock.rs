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

struct Shared<T> {
    state: Mutex<State<T>>,
    /// A place for one message that is handed over without the lock.
    handover: AtomicPtr<T>,
}

impl<T> Drop for Shared<T> {
    fn drop(&mut self) {
        drop(self.take());
    }
}

impl<T> Shared<T> {
    fn take(&self) -> Option<T> {
        let message = self.handover.swap(std::ptr::null_mut(), Relaxed);
        // SAFETY: the pointer came out of a box, and was swapped out by this thread alone.
        (!message.is_null()).then(|| *unsafe { Box::from_raw(message) })
    }

    #[track_caller]
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().expect("nothing panics while the lock is held")
    }
}

/// Where messages are sent to. Any number of threads may have one.
pub struct Address<T> {
    shared: Arc<Shared<T>>,
}

/// Where messages arrive. It may be moved to another thread.
pub struct Mailbox<T> {
    shared: Arc<Shared<T>>,
}

/// An empty mailbox, and its address.
pub fn mailbox<T>() -> (Address<T>, Mailbox<T>) {
    let state = State { messages: VecDeque::new(), receiver: None };
    let shared = Arc::new(Shared {
        state: Mutex::new(state),
        handover: AtomicPtr::new(std::ptr::null_mut()),
    });
    (Address { shared: shared.clone() }, Mailbox { shared })
}

impl<T> Address<T> {
    /// Puts a message in, and wakes the thread that waits for one. Never waits for the receiver.
    pub fn send(&self, message: T) {
        let message = Box::into_raw(Box::new(message));
        let mut state = self.shared.lock();
        if self
            .shared
            .handover
            .compare_exchange(std::ptr::null_mut(), message, Relaxed, Relaxed)
            .is_err()
        {
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
        Self { shared: self.shared.clone() }
    }
}

impl<T> Mailbox<T> {
    /// Takes out the oldest message. Parks while there is none.
    pub fn receive(&mut self) -> T {
        loop {
            if let Some(message) = self.shared.take() {
                return message;
            }
            let mut state = self.shared.lock();
            if self.shared.handover.load(Relaxed).is_null().then_some(()).is_none() {
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
