//! What the checks of channels with two ends need.

use super::super::sync::track::Tracked;
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

/// A message that counts how often it is dropped. Bytes that are none are told by the checker before anything is done to them.
pub struct Counted<'a> {
    _first: Tracked<()>,
    _then: OnDrop<'a>,
}

impl<'a> Counted<'a> {
    #[track_caller]
    pub fn new(drops: &'a Cell<u32>) -> Self {
        Self { _first: Tracked::new(()), _then: OnDrop { drops, panics: false } }
    }

    /// Its first drop panics.
    #[track_caller]
    pub fn that_panics(drops: &'a Cell<u32>) -> Self {
        Self { _first: Tracked::new(()), _then: OnDrop { drops, panics: true } }
    }
}

struct OnDrop<'a> {
    drops: &'a Cell<u32>,
    panics: bool,
}

impl Drop for OnDrop<'_> {
    fn drop(&mut self) {
        self.drops.set(self.drops.get() + 1);
        assert!(!self.panics || self.drops.get() > 1, "on purpose, by the drop of a message");
    }
}
