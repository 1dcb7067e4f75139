//! What the checks of channels with two ends need.

use super::super::sync::track::Tracked;
use std::cell::Cell;

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
