//! What is told of an exploration, and of an execution under way.

use crate::runtime::audit::Site;
use crate::runtime::failure::Blocked;
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

/// An execution in which threads cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// These, and why.
    pub threads: Vec<(usize, Blocked)>,
    /// Nothing can change that. Otherwise another execution goes on from here.
    pub for_ever: bool,
    /// What all threads together have done until then. Of a loop that waits, this has some turns only.
    pub counters: Counters,
}

/// What somebody objects to in an execution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Objection {
    /// In words.
    pub why: String,
    /// The calls of the execution, if it is about those.
    pub calls: Vec<CallSpan>,
    /// More about the calls, in sentences.
    pub because: String,
}

impl From<String> for Objection {
    fn from(why: String) -> Self {
        Self { why, ..Self::default() }
    }
}

impl From<&str> for Objection {
    fn from(why: &str) -> Self {
        why.to_owned().into()
    }
}

/// A call of an operation, and its steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallSpan {
    /// The thread that made it.
    pub thread: usize,
    /// The call.
    pub text: String,
    /// What it returned; `None` if it has not.
    pub result: Option<String>,
    /// How many events the thread had before the call.
    pub begin: usize,
    /// How many it had when the call returned.
    pub end: Option<usize>,
    /// No order explains it.
    pub is_blamed: bool,
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
    /// Executions beside these that were drawn at random from what was left then: those that say how large the search is, and those that the
    /// search has given way to because it was too large.
    pub drawn: u64,
    /// About how many executions there are, of all three kinds, as was last told; see [`Builder::on_estimate`](crate::Builder::on_estimate).
    pub estimate: Option<u64>,
    /// Was a loop cut short? One that writes in each turn (see [`Builder::max_busy_turns`](crate::Builder::max_busy_turns)), one that counts
    /// its turns and has many of them, or one that was taken to wait for what cannot be seen to be so.
    pub bounded: bool,
    /// Has everything been explored? If not, a limit was reached, and the program is *not decided*.
    pub complete: bool,
    /// How long it took.
    pub elapsed: Duration,
    /// The deepest nesting of backward revisits: what bounds the memory.
    pub depth: usize,
    /// How much each OS thread has done, where several have explored: executions of any kind. What one has done alone before is not
    /// in it.
    pub shares: Vec<u64>,
    /// The orderings that the program asked for, if the model was to list them.
    pub sites: Vec<Site>,
}

impl Report {
    /// Executions that the search has begun, whatever became of them.
    pub fn begun(&self) -> u64 {
        self.executions + self.blocked + self.pruned
    }
}

impl Default for Report {
    fn default() -> Self {
        Self {
            executions: 0,
            blocked: 0,
            pruned: 0,
            drawn: 0,
            estimate: None,
            bounded: false,
            complete: true,
            elapsed: Duration::ZERO,
            depth: 0,
            shares: Vec::new(),
            sites: Vec::new(),
        }
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
    /// Waits on a futex, for a condition variable, and for a token (`park`).
    pub waits: usize,
    /// Wake-ups of a futex, whether anyone slept or not.
    pub wakes: usize,
}
