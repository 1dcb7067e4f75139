//! Vector clocks: for each thread, how many of its events are known.

use super::event::EventId;

/// Threads that a model may have at one time, the main one included.
pub const MAX_THREADS: usize = 8;

/// A set of events that is closed under program order, as the number of events of each thread.
///
/// Every event carries the set of what happens before it and the set of its (po ∪ rf)-prefix, itself included, so that
/// "does *a* happen before *b*" is one comparison. This is sound because neither relation ever loses or gains a pair
/// between events that stay in a graph: both are built from po and rf, and rf only changes for an event that has no
/// successor.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Clock([u16; MAX_THREADS]);

impl Clock {
    /// Every event.
    pub const ALL: Self = Self([u16::MAX; MAX_THREADS]);

    /// The first events of each thread, so many.
    pub fn of(counts: &[usize; MAX_THREADS]) -> Self {
        Self(counts.map(|count| count as u16))
    }

    /// Number of events of `thread` in the set.
    #[inline]
    pub fn get(&self, thread: usize) -> usize {
        usize::from(self.0[thread])
    }

    /// Adds everything in `other`.
    #[inline]
    pub fn join(&mut self, other: &Clock) {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine = (*mine).max(*theirs);
        }
    }

    /// Adds `event` and what is before it in its thread.
    #[inline]
    pub fn add(&mut self, event: EventId) {
        let mine = &mut self.0[event.thread()];
        *mine = (*mine).max(event.index() as u16 + 1);
    }

    /// Is `event` in the set? The initial writes are in every set.
    #[inline]
    pub fn has(&self, event: EventId) -> bool {
        event.is_init() || event.index() < usize::from(self.0[event.thread()])
    }

    /// The counts, for a report.
    pub fn to_array(self) -> [u16; MAX_THREADS] {
        self.0
    }
}
