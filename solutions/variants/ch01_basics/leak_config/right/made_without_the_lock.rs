//! The lock is not held while the value is made: a flag keeps the others asleep, and a guard takes the flag back if
//! `make` panics.

use sync::{Condvar, Mutex, MutexGuard, PoisonError};

enum State<T: 'static> {
    Empty,
    BeingMade,
    Made(&'static T),
}

/// Leaves the place empty, unless it was told otherwise.
struct Making<'a, T: 'static> {
    place: &'a LeakOnce<T>,
    made: Option<&'static T>,
}

impl<T> Drop for Making<'_, T> {
    fn drop(&mut self) {
        *self.place.lock() = self.made.map_or(State::Empty, State::Made);
        self.place.decided.notify_all();
    }
}

/// A place for one value that is made when it is first asked for, and never freed.
pub struct LeakOnce<T: 'static> {
    state: Mutex<State<T>>,
    decided: Condvar,
}

impl<T> LeakOnce<T> {
    /// An empty place.
    pub const fn new() -> Self {
        Self { state: Mutex::new(State::Empty), decided: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The value. At the first call `make` makes it; until it has, other calls wait.
    ///
    /// # Panics
    ///
    /// If `make` does. The place is still empty then, and the next call tries again.
    pub fn get_or_leak(&self, make: impl FnOnce() -> T) -> &'static T {
        let mut state = self.lock();
        loop {
            state = match *state {
                State::Made(value) => return value,
                State::BeingMade => {
                    self.decided.wait(state).unwrap_or_else(PoisonError::into_inner)
                }
                State::Empty => break,
            };
        }
        *state = State::BeingMade;
        drop(state);
        let mut making = Making { place: self, made: None };
        let value = &*Box::leak(Box::new(make()));
        making.made = Some(value);
        value
    }
}

impl<T> Default for LeakOnce<T> {
    fn default() -> Self {
        Self::new()
    }
}
