//! A spin lock around an ordinary enum.

use std::mem;
use sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Release},
};
use sync::cell::UnsafeCell;
use sync::hint;

enum State<T> {
    Empty,
    Ready(T),
    Taken,
}

pub struct Channel<T> {
    locked: AtomicBool,
    state: UnsafeCell<State<T>>,
}

// SAFETY: the lock lets one thread at a time reach the state.
unsafe impl<T: Send> Sync for Channel<T> {}

impl<T> Channel<T> {
    pub const fn new() -> Self {
        Self { locked: AtomicBool::new(false), state: UnsafeCell::new(State::Empty) }
    }

    fn with<R>(&self, f: impl FnOnce(&mut State<T>) -> R) -> R {
        // Acquire: pairs with the Release below.
        while self.locked.swap(true, Acquire) {
            hint::spin_loop();
        }
        // SAFETY: the lock is held, and `f` does not panic.
        let result = f(unsafe { &mut *self.state.get() });
        // Release: pairs with the Acquire above.
        self.locked.store(false, Release);
        result
    }

    pub fn send(&self, message: T) {
        let refused = self.with(|state| match state {
            State::Empty => {
                *state = State::Ready(message);
                None
            }
            _ => Some(message),
        });
        assert!(refused.is_none(), "a second message was sent");
    }

    pub fn is_ready(&self) -> bool {
        self.with(|state| matches!(state, State::Ready(_)))
    }

    pub fn receive(&self) -> T {
        let message = self.with(|state| match mem::replace(state, State::Taken) {
            State::Ready(message) => Some(message),
            before => {
                *state = before;
                None
            }
        });
        message.expect("there is no message to receive")
    }
}

impl<T> Default for Channel<T> {
    fn default() -> Self {
        Self::new()
    }
}
