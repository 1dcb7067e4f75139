//! Exploring a program.

use crate::audit::{Site, Weakening};
use crate::engine::runtime::with;
use crate::engine::state::Config;
use crate::explore::Plan;
use crate::failure::{Failure, FailureKind};
use crate::panics::install_hook;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What is called with a failure, before anything of the program is unwound.
pub(crate) type OnFailure = Arc<dyn Fn(&Failure) + Send + Sync>;

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

/// What is asked about threads that wait for ever.
pub(crate) type OnWait = Arc<dyn Fn(&Turn) -> Result<(), String> + Send + Sync>;

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

/// How to explore a program.
#[derive(Clone)]
pub struct Builder {
    pub(crate) config: Config,
    pub(crate) on_failure: Option<OnFailure>,
    pub(crate) on_wait: Option<OnWait>,
    pub(crate) minimize: u64,
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.config.fmt(f)
    }
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// No limits on the search, and no faults.
    pub fn new() -> Self {
        let config = Config {
            sc_only: false,
            spurious_failures: 0,
            spurious_wakes: 0,
            max_events: 2_000,
            max_turns: 200,
            max_busy_turns: None,
            max_executions: None,
            max_time: None,
            weaken: None,
            list_sites: false,
        };
        Self { config, on_failure: None, on_wait: None, minimize: 0 }
    }

    /// Explores sequentially consistent executions only: every atomic access is taken as `SeqCst`.
    pub fn sc_only(mut self, yes: bool) -> Self {
        self.config.sc_only = yes;
        self
    }

    /// Lets each thread's weak compare-exchanges fail for no reason up to `most` times.
    pub fn spurious_failures(mut self, most: usize) -> Self {
        self.config.spurious_failures = most;
        self
    }

    /// Lets each thread's waits and parks return for no reason up to `most` times.
    pub fn spurious_wakes(mut self, most: usize) -> Self {
        self.config.spurious_wakes = most;
        self
    }

    /// The most events that one execution may have.
    pub fn max_events(mut self, most: usize) -> Self {
        self.config.max_events = most;
        self
    }

    /// How often a loop may turn without reading anything new before it is taken to turn for ever.
    pub fn max_turns(mut self, most: usize) -> Self {
        self.config.max_turns = most;
        self
    }

    /// Bounds loops that give hints and write in each turn, such as an attempt that is undone when it fails: each may turn
    /// so often. An execution that wants more is cut off; [`Report::complete`] then is false.
    pub fn max_busy_turns(mut self, most: usize) -> Self {
        self.config.max_busy_turns = Some(most);
        self
    }

    /// Stops after so many executions; [`Report::complete`] then is false.
    pub fn max_executions(mut self, most: u64) -> Self {
        self.config.max_executions = Some(most);
        self
    }

    /// Stops after so long; [`Report::complete`] then is false.
    pub fn max_time(mut self, most: Duration) -> Self {
        self.config.max_time = Some(most);
        self
    }

    /// Uses another ordering at one place of the program.
    pub fn weaken(mut self, weakening: Weakening) -> Self {
        self.config.weaken = Some(weakening);
        self
    }

    /// Lists the orderings that the program asks for in [`Report::sites`].
    pub fn list_sites(mut self, yes: bool) -> Self {
        self.config.list_sites = yes;
        self
    }

    /// After a failure, explores so many executions more, and reports of those that fail for the same reason the one with the
    /// fewest steps, and among those the one with the fewest switches between threads. Panics have the same reason if they come
    /// from the same place; data races, deadlocks and livelocks count as one. The search also ends after two seconds, or when
    /// 100 panics are held back.
    pub fn minimize(mut self, executions: u64) -> Self {
        self.minimize = executions;
        self
    }

    /// Calls `f` with the failure that is reported, before anything of the program is unwound. `f` may end the process.
    pub fn on_failure(mut self, f: impl Fn(&Failure) + Send + Sync + 'static) -> Self {
        self.on_failure = Some(Arc::new(f));
        self
    }

    /// Threads that wait in loops for ever are no livelock. For each of them, `judge` is told what a turn of its loop does, and
    /// may object: that is a failure then.
    pub fn on_wait(
        mut self,
        judge: impl Fn(&Turn) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        self.on_wait = Some(Arc::new(judge));
        self
    }

    /// Runs `f` once for every execution that the memory model allows.
    ///
    /// `f` must be deterministic but for its threads and atomics. After a failure the stacks of its threads are abandoned,
    /// and what they own is leaked.
    ///
    /// # Errors
    ///
    /// The first failure that is found.
    pub fn check(&self, f: impl Fn() + Send + Sync + 'static) -> Result<Report, Box<Failure>> {
        install_hook();
        Plan { builder: self.clone(), program: Box::new(f) }.explore()
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
