//! How far an exploration has come, and which failure is to be reported.

use crate::runtime::failure::Failure;
use crate::runtime::report::Report;
use std::time::Instant;

/// A shorter failure is looked for in executions that have so many events together, or in as many as the exploration says, if that is less.
/// It is no time, so what is told does not depend on the machine: a second or two on one of 2026.
const MINIMIZING: u64 = 500_000;

/// How far an exploration has come.
pub(crate) struct Progress {
    pub start: Instant,
    pub report: Report,
    /// The shortest failure of those that are like the first.
    pub best: Option<Failure>,
    /// How many events the executions have had since the first was found.
    pub events: u64,
    /// The number of executions after which it is reported.
    pub until: u64,
    /// What was seen with a few turns of each loop that counts them; now many are explored.
    pub few: Option<Report>,
    /// Several OS threads have explored together.
    pub was_handed_out: bool,
}

impl Progress {
    pub fn new() -> Self {
        let (start, report) = (Instant::now(), Report::default());
        Self {
            start,
            report,
            best: None,
            events: 0,
            until: u64::MAX,
            few: None,
            was_handed_out: false,
        }
    }

    pub fn is_better(&self, failure: &Failure) -> bool {
        self.best.as_ref().is_none_or(|best| match (best.was_seen, failure.was_seen) {
            (true, false) => !failure.kind.is_undecided(),
            (false, true) => false,
            _ => failure.is_like(best) && failure.length() < best.length(),
        })
    }

    /// Is it worth while to know how large the search is? Not if it ends soon, and others that explore a part of it cannot say.
    pub fn may_be_surveyed(&self) -> bool {
        self.best.is_none() && self.few.is_none() && !self.was_handed_out
    }

    /// Is it time to report the best failure, after so many executions?
    pub fn is_enough(&self, executions: u64) -> bool {
        self.best.is_some() && (executions > self.until || self.events > MINIMIZING)
    }
}
