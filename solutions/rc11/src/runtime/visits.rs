//! Where a thread has been since it last did something that others could see; see [`spin`](super::spin).

use crate::runtime::repeat::Repeating;
use crate::runtime::writes::Writes;
use std::ops::Range;

/// A call as far as it can be told at once: the place in the source, the operation, the object.
pub type Site = [usize; 3];

/// A call since the last effect.
pub struct Visit {
    pub site: Site,
    /// How many events were before it.
    pub index: usize,
    /// The state of the thread, and what it had written to: parts of [`Spin::words`]. Nothing if it was not looked at.
    pub state: Range<usize>,
    pub written: Range<usize>,
}

/// Where a thread stands in a loop.
#[derive(Default)]
pub struct Spin {
    pub visits: Vec<Visit>,
    pub words: Vec<usize>,
    pub writes: Writes,
    pub repeating: Option<Repeating>,
    /// How often it has read again since its last event, and what; see [`Event::repeated`](crate::core::event::Event::repeated).
    pub repeated: (u32, u16),
    /// The events of the turn that it repeats for ever.
    pub turn: Range<usize>,
    /// Hints since the last call.
    pub hints: usize,
    /// Has it had an effect, or looked, since the last hint?
    pub effect: bool,
    pub looked: bool,
    /// Turns from hint to hint with an effect, one after the other.
    pub busy: usize,
}

impl Spin {
    pub fn clear(&mut self) {
        self.note_effect();
        self.repeated = (0, 0);
        self.hints = 0;
        self.effect = false;
        self.looked = false;
        self.busy = 0;
    }

    /// The thread has done something that another could notice.
    #[inline]
    pub fn note_effect(&mut self) {
        self.effect = true;
        if !self.visits.is_empty() {
            self.forget();
        }
    }

    /// Forgets where the thread has been.
    pub fn forget(&mut self) {
        self.visits.clear();
        self.words.clear();
        self.writes.clear();
        self.repeating = None;
    }

    /// How many events were before the last visit of this site in this state.
    pub fn find(&self, site: Site, state: &Range<usize>) -> Option<usize> {
        let is_same = |visit: &&Visit| {
            visit.site == site
                && !visit.state.is_empty()
                && self.words[visit.state.clone()] == self.words[state.clone()]
                && self.writes.are_as(&self.words[visit.written.clone()])
        };
        self.visits.iter().rev().find(is_same).map(|visit| visit.index)
    }
}
