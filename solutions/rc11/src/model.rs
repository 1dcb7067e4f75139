//! Exploring a program, and what is told of it.

use crate::Builder;
use crate::audit::Site;
use crate::engine::runtime::with;
use crate::failure::FailureKind;
use std::fmt;
use std::time::Duration;

/// What one turn of a loop does that waits for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The thread that waits.
    pub thread: usize,
    /// Loads.
    pub loads: usize,
    /// Read-modify-writes: every compare-exchange, failed ones too.
    pub rmws: usize,
    /// Fences.
    pub fences: usize,
    /// Stores, and read-modify-writes that change something. What they store is not the same in each turn, so such a loop is
    /// only known by its number of turns (`max_busy_turns`), and 1 stands for any number.
    pub writes: usize,
}

/// What an exploration that found no failure has seen.
#[derive(Clone, Debug)]
pub struct Report {
    /// Executions that ran to their end. Each is another execution graph.
    pub executions: u64,
    /// Executions in which a thread waits for what only another execution gives it.
    pub blocked: u64,
    /// Executions that were given up because what had been begun cannot be completed.
    pub pruned: u64,
    /// Was a loop cut short that writes in each turn? See [`Builder::max_busy_turns`].
    pub bounded: bool,
    /// Has everything been explored? If not, a limit was reached, and the program is *not decided*.
    pub complete: bool,
    /// How long it took.
    pub elapsed: Duration,
    /// The deepest nesting of backward revisits: what bounds the memory.
    pub depth: usize,
    /// The orderings that the program asked for, if the model was to list them.
    pub sites: Vec<Site>,
}

impl Default for Report {
    fn default() -> Self {
        Self {
            executions: 0,
            blocked: 0,
            pruned: 0,
            bounded: false,
            complete: true,
            elapsed: Duration::ZERO,
            depth: 0,
            sites: Vec::new(),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.complete { "passed" } else { "passed within" };
        write!(
            f,
            "{verdict} {} executions ({} blocked, {} pruned)",
            self.executions, self.blocked, self.pruned
        )
    }
}

/// Explores `f` without limits.
///
/// # Panics
///
/// With the report of the first failure that is found.
pub fn model(f: impl Fn() + Send + Sync + 'static) {
    if let Err(failure) = Builder::new().check(f) {
        panic!("{failure}");
    }
}

/// How often an execution did what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Loads.
    pub loads: usize,
    /// Atomic stores.
    pub stores: usize,
    /// Read-modify-writes: every compare-exchange, failed ones too, since both cost the cache line.
    pub rmws: usize,
    /// Weak compare-exchanges that found the expected value and failed all the same.
    pub spurious: usize,
    /// Hints to wait: `spin_loop` and `yield_now`, each one.
    pub hints: usize,
    /// Fences.
    pub fences: usize,
    /// Waits on a futex.
    pub waits: usize,
    /// Wake-ups of a futex, whether anyone slept or not.
    pub wakes: usize,
}

/// What the execution under way has done so far, all threads together.
///
/// # Panics
///
/// Outside of a model.
pub fn counters() -> Counters {
    with(|engine| engine.counters).expect("counters: called outside of a model")
}

/// A failure of this kind says nothing about the program, but that the model is too large for the checker.
pub fn is_undecided(kind: FailureKind) -> bool {
    matches!(kind, FailureKind::TooLong | FailureKind::Nondeterminism)
}
