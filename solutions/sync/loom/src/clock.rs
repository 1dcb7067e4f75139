//! Vector clocks: the happens-before relation of one execution.

/// Threads an execution may have, the main one included (the engine's limit).
pub const MAX_THREADS: usize = 5;

/// How far each thread had come, as far as the owner of the clock knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock([u32; MAX_THREADS]);

impl Clock {
    /// Learns all that `other` knows.
    pub fn join(&mut self, other: &Clock) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine = (*mine).max(theirs);
        }
    }

    /// Moves `thread`, the owner, one step on.
    pub fn tick(&mut self, thread: usize) {
        self.0[thread] += 1;
    }

    /// The step that `thread` had reached.
    pub fn at(&self, thread: usize) -> u32 {
        self.0[thread]
    }
}

/// A point in an execution: what `thread` did at the time its own entry of `clock` says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Point {
    pub thread: usize,
    pub clock: Clock,
}

impl Point {
    /// Does `self` happen before `later` (or is it the same point)?
    pub fn happens_before(&self, later: &Point) -> bool {
        later.clock.at(self.thread) >= self.clock.at(self.thread)
    }
}
