//! What a check may ask about a program under our model checker. Nobody else knows the answers: a check that asks is only run
//! there.

use std::fmt;
use std::panic::Location;
use std::sync::atomic::Ordering;

/// What came of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No execution fails.
    Passed,
    /// An execution fails; this is its report.
    Failed(String),
    /// There are too many executions to say.
    Undecided,
}

/// An ordering that a program asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Where.
    pub at: &'static Location<'static>,
    /// `store`, `compare_exchange on failure`.
    pub operation: String,
    /// The ordering.
    pub order: Ordering,
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {:?}", self.at, self.operation, self.order)
    }
}

/// An ordering that could be one step weaker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slack {
    /// What the program asks for.
    pub asked: Asked,
    /// What would do.
    pub to: Ordering,
}

impl fmt::Display for Slack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} → {:?}", self.asked, self.to)
    }
}

/// Who goes on first is up to the machine.
pub fn stand_aside_after(_steps: usize, _first: usize) {}

/// Not known here.
pub fn verdict(_: impl Fn() + Send + Sync + 'static) -> Verdict {
    Verdict::Undecided
}

/// None are seen here.
pub fn orderings(_: impl Fn() + Send + Sync + 'static) -> Vec<Asked> {
    Vec::new()
}

/// None is seen here.
pub fn slack(_: impl Fn() + Send + Sync + 'static) -> Vec<Slack> {
    Vec::new()
}
