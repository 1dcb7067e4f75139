//! What the checks of channels with two ends need.

use std::cell::Cell;

/// Takes a value to another thread whether or not its type allows it: whether it does is a fact checked apart.
pub struct Moved<T>(T);

// SAFETY: for checks only; the model watches every access to the message.
unsafe impl<T> Send for Moved<T> {}

impl<T> Moved<T> {
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    pub fn here(self) -> T {
        self.0
    }
}

/// Counts how often it is dropped.
pub struct Counted<'a>(pub &'a Cell<u32>);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

/// Counts how often it is dropped, and panics each time.
pub struct Panics<'a>(pub &'a Cell<u32>);

impl Drop for Panics<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
        panic!("on purpose, by the drop of a message");
    }
}
