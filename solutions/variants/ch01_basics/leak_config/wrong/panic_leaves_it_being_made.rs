//! A flag says that somebody makes the value. After a panic it still says so, and all others wait for ever.
//!
//! Rejected by: waiting_call_tries_again_when_make_panics
//! Because: DEADLOCK

use sync::{Condvar, Mutex, PoisonError};

struct State<T: 'static> {
    value: Option<&'static T>,
    being_made: bool,
}

/// A place for one value that is made when it is first asked for, and never freed.
pub struct LeakOnce<T: 'static> {
    state: Mutex<State<T>>,
    made: Condvar,
}

impl<T> LeakOnce<T> {
    /// An empty place.
    pub const fn new() -> Self {
        Self { state: Mutex::new(State { value: None, being_made: false }), made: Condvar::new() }
    }

    /// The value. At the first call `make` makes it; until it has, other calls wait.
    ///
    /// # Panics
    ///
    /// If `make` does. The place is still empty then, and the next call tries again.
    pub fn get_or_leak(&self, make: impl FnOnce() -> T) -> &'static T {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state.being_made {
            state = self.made.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if let Some(value) = state.value {
            return value;
        }
        state.being_made = true;
        drop(state);
        let value = &*Box::leak(Box::new(make()));
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (state.value, state.being_made) = (Some(value), false);
        self.made.notify_all();
        value
    }
}

impl<T> Default for LeakOnce<T> {
    fn default() -> Self {
        Self::new()
    }
}
