//! How a program is explored.

use crate::core::axioms::Memory;
use crate::runtime::audit::Weakening;
use crate::runtime::config::Config;
use crate::runtime::failure::Failure;
use crate::runtime::report::{Objection, Stuck, Turn};
use crate::runtime::survey::Estimate;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How to explore a program.
#[derive(Clone)]
pub struct Builder {
    pub(super) config: Config,
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
    /// No limits on the search, and no faults. An execution may have 2,000 events; see [`max_events`](Self::max_events).
    pub fn new() -> Self {
        let config = Config {
            memory: Memory::Rc11,
            spurious_failures: 0,
            spurious_wakes: 0,
            restless: 0,
            fickle: 0,
            time_stands_still: false,
            max_events: 2_000,
            max_turns: 200,
            max_busy_turns: None,
            max_executions: None,
            max_time: None,
            threads: 1,
            executions_alone: 1_000,
            weaken: None,
            list_sites: false,
            watch_frees: false,
            may_leak: false,
            main_last: false,
            by_address: false,
            subject: None,
            libraries: &[],
            minimize: 0,
            investigate: 0,
            sought: None,
            guide: None,
            on_execution: None,
            on_failure: None,
            on_event: None,
            on_estimate: None,
            draws: false,
            on_wait: None,
            on_stuck: None,
        };
        Self { config }
    }

    /// Explores the executions of this memory model.
    pub fn memory(mut self, memory: Memory) -> Self {
        self.config.memory = memory;
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

    /// The first waits and parks of each thread return for no reason: so many, in every execution.
    pub fn restless(mut self, times: usize) -> Self {
        self.config.restless = times;
        self
    }

    /// The first weak compare-exchanges of each thread fail: so many, in every execution, whatever they find.
    pub fn fickle(mut self, times: usize) -> Self {
        self.config.fickle = times;
        self
    }

    /// No time-out is ever up: a wait that has one is a wait like any other, and whoever is woken by nobody sleeps for ever. For code that
    /// is to be woken: a lost wake-up does not hide behind a time-out.
    pub fn time_stands_still(mut self, yes: bool) -> Self {
        self.config.time_stands_still = yes;
        self
    }

    /// Freeing memory counts as a write to each atomic, cell and probe in it, for memory that is shared by nothing but what
    /// the model sees. Needs [`alloc::Quarantine`](crate::alloc::Quarantine).
    pub fn watch_frees(mut self, yes: bool) -> Self {
        self.config.watch_frees = yes;
        self
    }

    /// Memory that the program has not given back and can no longer reach when it ends is no failure. (In a program that is not instrumented,
    /// and where the system does not say where variables are, it never is.)
    /// A program that puts what it finds where its caller keeps it must be told so: the model cannot look there.
    pub fn may_leak(mut self, yes: bool) -> Self {
        self.config.may_leak = yes;
        self
    }

    /// The search begins with the execution in which the main thread goes on only where no other one can, in the place of the one in which it
    /// goes on for as long as it can. This decides which executions come first, and not which there are.
    pub fn main_last(mut self, yes: bool) -> Self {
        self.config.main_last = yes;
        self
    }

    /// Explores the atomics of code that is not Rust, or does not use [`atomic`](crate::atomic): those that the compiler turns into
    /// calls of ThreadSanitizer's functions. See [`foreign`](crate::foreign).
    pub fn atomics_by_address(mut self, yes: bool) -> Self {
        self.config.by_address = yes;
        self
    }

    /// In the file whose name ends with this, an atomic, a lock or a thread of std's own is a failure: the checker does not see what they
    /// do. Needs an instrumented program.
    pub fn subject(mut self, file: &'static str) -> Self {
        self.config.subject = Some(file);
        self
    }

    /// Files whose names contain one of these are of libraries. An access that is made in one of them is reported at the place from
    /// which the program has called it.
    pub fn libraries(mut self, names: &'static [&'static str]) -> Self {
        self.config.libraries = names;
        self
    }

    /// The most events that one execution may have: 2,000, unless this says otherwise. There is no room for more than 60,000, and a
    /// larger number counts as that.
    pub fn max_events(mut self, most: usize) -> Self {
        self.config.max_events = most;
        self
    }

    /// How often a loop that counts its turns, or whose state is not seen, may turn without reading anything new before it is taken to
    /// turn for ever; [`Report::complete`](crate::Report::complete) then is false.
    pub fn max_turns(mut self, most: usize) -> Self {
        self.config.max_turns = most;
        self
    }

    /// Bounds loops that give hints and write in each turn, such as an attempt that is undone when it fails: each may turn
    /// this often. An execution that wants more is cut off; [`Report::complete`](crate::Report::complete) then is false. If no execution
    /// ends, the program is not decided: [`FailureKind::TooLong`](crate::FailureKind::TooLong).
    pub fn max_busy_turns(mut self, most: usize) -> Self {
        self.config.max_busy_turns = Some(most);
        self
    }

    /// Stops after this many executions; [`Report::complete`](crate::Report::complete) then is false.
    pub fn max_executions(mut self, most: u64) -> Self {
        self.config.max_executions = Some(most);
        self
    }

    /// Stops after this time; [`Report::complete`](crate::Report::complete) then is false.
    pub fn max_time(mut self, most: Duration) -> Self {
        self.config.max_time = Some(most);
        self
    }

    /// Explores on this many OS threads, once a program turns out to have more than some thousand executions. The counts are the same, and
    /// the same failure is reported, as on one thread.
    ///
    /// What the program has from outside may then be used by several executions at the same time. An atomic, a lock or a cell of the
    /// checker's in a `static`, or made outside of the model, is noticed, and such a program explored on one thread; so is one
    /// whose [`atomics_by_address`](Self::atomics_by_address) are explored. [`explore`](Self::explore) and [`replay`](Self::replay) use one
    /// thread. A search that [`max_executions`](Self::max_executions) cuts short ends after the same executions as on one thread, and gains
    /// little.
    ///
    /// ```
    /// use rc11::atomic::{AtomicU32, Ordering::*};
    ///
    /// let count = |threads| {
    ///     let report = rc11::Builder::new().threads(threads).check(|| {
    ///         let x = AtomicU32::new(0);
    ///         rc11::thread::scope(|scope| {
    ///             for _ in 0..5 {
    ///                 scope.spawn(|| (x.fetch_add(1, Relaxed), x.load(Relaxed)));
    ///             }
    ///         });
    ///     });
    ///     report.unwrap().executions
    /// };
    /// assert_eq!(count(2), count(1));
    /// ```
    pub fn threads(mut self, threads: usize) -> Self {
        self.config.threads = threads.max(1);
        self
    }

    /// For tests: hands work over after this many executions; 0: all that can be.
    #[doc(hidden)]
    pub fn executions_alone(mut self, executions: u64) -> Self {
        self.config.executions_alone = executions;
        self
    }

    /// Uses another ordering at one place of the program.
    pub fn weaken(mut self, weakening: Weakening) -> Self {
        self.config.weaken = Some(weakening);
        self
    }

    /// Lists the orderings that the program asks for in [`Report::sites`](crate::Report::sites).
    pub fn list_sites(mut self, yes: bool) -> Self {
        self.config.list_sites = yes;
        self
    }

    /// After a failure, explores this many executions more, and reports of those that fail for the same reason the one with the
    /// fewest steps, and among those the one with the fewest switches between threads. Panics have the same reason if they come
    /// from the same place; data races, deadlocks and livelocks count as one. The search also ends after two seconds, or when
    /// 100 panics are held back.
    pub fn minimize(mut self, executions: u64) -> Self {
        self.config.minimize = executions;
        self
    }

    /// After a failure, asks in [`Failure::machines`] on which machines it can happen, and in [`Failure::nearest`] for an execution that
    /// passes and begins in the same way. Each search begins at most this many executions.
    pub fn investigate(mut self, executions: u64) -> Self {
        self.config.investigate = executions;
        self
    }

    /// Calls `f` with the failure that is reported, before anything of the program is unwound; a panic that nobody caught has
    /// unwound by then. The execution has been run once more, by its name; see [`Failure::trail`]. `f` may end the process.
    pub fn on_failure(mut self, f: impl Fn(&Failure) + Send + Sync + 'static) -> Self {
        self.config.on_failure = Some(Arc::new(f));
        self
    }

    /// Calls `tell` with the thread and the [number](crate::Step::number) of each event of an execution that is
    /// [replayed](Self::replay), when it has just happened. What the program prints from then on comes after that event in its thread.
    pub fn on_event(mut self, tell: impl Fn(usize, usize) + Send + Sync + 'static) -> Self {
        self.config.on_event = Some(Arc::new(tell));
        self
    }

    /// Calls `tell` now and then, from 2,000 executions on, with about how many there are. See [`Estimate`] for how good that is.
    /// Several [`threads`](Self::threads) tell nothing.
    pub fn on_estimate(mut self, tell: impl Fn(&Estimate) + Send + Sync + 'static) -> Self {
        self.config.on_estimate = Some(Arc::new(tell));
        self
    }

    /// If there seem to be more executions than [`max_executions`](Self::max_executions) allows, every second one from then on is drawn at
    /// random from all that the search has left, and a failure may be found that the search would not have come to. The draws are the
    /// same each time. [`Report::drawn`] says how many there were. Several [`threads`](Self::threads) are given the search before it is
    /// known how large it is, and draw nothing.
    pub fn draw_if_too_large(mut self, yes: bool) -> Self {
        self.config.draws = yes;
        self
    }

    /// Threads that wait in loops for ever are no livelock. For each of them, `judge` is told what a turn of its loop does, and
    /// may object: that is a failure then.
    pub fn on_wait(
        mut self,
        judge: impl Fn(&Turn) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        self.config.on_wait = Some(Arc::new(judge));
        self
    }

    /// That threads cannot go on is no failure of its own. `judge` is told which, in each such execution, and may object: that
    /// is a failure then. An execution with a thread that waits for ever is not checked for leaks.
    pub fn on_stuck(
        mut self,
        judge: impl Fn(&Stuck) -> Result<(), Objection> + Send + Sync + 'static,
    ) -> Self {
        self.config.on_stuck = Some(Arc::new(judge));
        self
    }
}
