//! `send` wakes the receiver first and leaves the message then: the receiver looks too early, and goes back to sleep.
//!
//! Rejected by: receive_sleeps_until_a_message_comes
//! Because: DEADLOCK

use std::collections::VecDeque;
use std::sync::Arc;
use sync::thread::{self, Thread};
use sync::{Mutex, MutexGuard};

struct State<T> {
    messages: VecDeque<T>,
    /// The thread that sleeps, or is about to.
    receiver: Option<Thread>,
}

struct Shared<T> {
    state: Mutex<State<T>>,
}

impl<T> Shared<T> {
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
    let shared = Arc::new(Shared { state: Mutex::new(state) });
    (Address { shared: shared.clone() }, Mailbox { shared })
}

impl<T> Address<T> {
    /// Puts a message in, and wakes the thread that waits for one. Never waits for the receiver.
    pub fn send(&self, message: T) {
        let receiver = self.shared.lock().receiver.take();
        if let Some(receiver) = receiver {
            receiver.unpark();
        }
        self.shared.lock().messages.push_back(message);
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
            let mut state = self.shared.lock();
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
