//! Exploring a program.

use crate::audit::{Site, Weakening};
use crate::engine::ops::stop_if_failed;
use crate::engine::runtime::{self, Outcome, with};
use crate::engine::spin::PATIENT_TURNS;
use crate::engine::state::{Config, Engine};
use crate::failure::{Failure, FailureKind};
use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};

/// How long a shorter failure is looked for at most.
const MINIMIZING: Duration = Duration::from_secs(2);

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
    config: Config,
    on_failure: Option<OnFailure>,
    on_wait: Option<OnWait>,
    minimize: u64,
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

    /// After a failure, explores so many executions more, and reports the failing one with the fewest steps, and among those
    /// the one with the fewest switches between threads. A panic is reported at once: what it unwinds cannot be undone.
    pub fn minimize(mut self, executions: u64) -> Self {
        self.minimize = executions;
        self
    }

    /// Calls `f` with a failure, before anything of the program is unwound. `f` may end the process.
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
        std::thread::scope(|scope| {
            let explorer = scope.spawn(|| self.explore(Arc::new(f)));
            explorer.join().unwrap_or_else(|payload| resume_unwind(payload))
        })
    }

    fn explore(&self, f: Arc<dyn Fn()>) -> Result<Report, Box<Failure>> {
        let start = Instant::now();
        let mut engine = Box::new(Engine::new(
            self.config.clone(),
            self.on_failure.clone(),
            self.on_wait.clone(),
        ));
        let (mut best, mut until): (Option<Failure>, u64) = (None, u64::MAX);
        let mut found = None;
        let mut report = Report {
            executions: 0,
            blocked: 0,
            pruned: 0,
            bounded: false,
            complete: true,
            elapsed: Duration::ZERO,
            depth: 0,
            sites: Vec::new(),
        };
        loop {
            let f = f.clone();
            let main = Box::new(body(move || f()));
            // SAFETY: the engine is ours, and not accessed until the call returns.
            let outcome = unsafe { runtime::run(&raw mut *engine, main) };
            match outcome {
                Outcome::Complete => report.executions += 1,
                Outcome::Blocked => report.blocked += 1,
                Outcome::Pruned => report.pruned += 1,
                Outcome::Failed => {
                    let failure = engine.failure.take().expect("a failure");
                    let shorter = best.as_ref().is_none_or(|best| failure.length() < best.length());
                    let hasty = engine.config.max_turns < PATIENT_TURNS;
                    if failure.kind == FailureKind::Livelock && hasty && shorter {
                        engine.config.max_turns = PATIENT_TURNS;
                        continue;
                    }
                    let is_final = self.minimize == 0 || !failure.can_be_minimized();
                    if shorter {
                        best = Some(failure);
                        found.get_or_insert_with(Instant::now);
                    }
                    until = until.min(if is_final { 0 } else { engine.executions + self.minimize });
                }
            }
            engine.config.max_turns = self.config.max_turns;
            engine.executions += 1;
            let enough = found.is_some_and(|found| found.elapsed() > MINIMIZING);
            if let Some(failure) = best.take_if(|_| engine.executions > until || enough) {
                return Err(engine.deliver(failure));
            }
            if best.is_none() && self.is_over(engine.executions, start) {
                report.complete = false;
                break;
            }
            if !engine.next() {
                break;
            }
        }
        if let Some(failure) = best {
            return Err(engine.deliver(failure));
        }
        report.bounded = engine.cut;
        report.complete &= !engine.cut;
        report.elapsed = start.elapsed();
        report.depth = engine.search.deepest;
        report.sites = std::mem::take(&mut engine.sites);
        Ok(report)
    }

    fn is_over(&self, executions: u64, start: Instant) -> bool {
        let config = &self.config;
        config.max_executions.is_some_and(|most| executions >= most)
            || executions.is_multiple_of(256)
                && config.max_time.is_some_and(|most| start.elapsed() >= most)
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

/// What a thread runs: its closure, up to a panic.
pub(crate) fn body(f: impl FnOnce()) -> impl FnMut() {
    let mut f = Some(f);
    move || {
        let f = f.take().expect("a thread runs once");
        if catch_unwind(AssertUnwindSafe(f)).is_err() {
            runtime::fail(|engine| Failure::panic(engine, "a thread ended by unwinding", None));
        }
    }
}

/// What comes of a thread's closure. Only a panic that the hook has not seen, one of [`panic_quietly`] that may have been
/// passed on since, is no failure.
pub(crate) fn outcome<T>(f: impl FnOnce() -> T) -> std::thread::Result<T> {
    let result = catch_unwind(AssertUnwindSafe(f));
    if result.is_err() {
        runtime::inside(|engine| engine.panicking[engine.current] = false);
        stop_if_failed();
    }
    result
}

fn install_hook() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let inside = with(|engine| {
                engine.panicking[engine.current] = true;
                if engine.expecting[engine.current] == 0 && engine.failure.is_none() {
                    let message = info.payload_as_str().unwrap_or("(no message)");
                    let failure = Failure::panic(engine, message, info.location());
                    engine.failure = Some(*engine.deliver(failure));
                }
            });
            if inside.is_none() {
                before(info);
            }
        }));
    });
}

/// Runs `f`, which must panic, and goes on. The panic is not a failure of the model.
///
/// # Panics
///
/// If `f` does not.
#[track_caller]
pub fn expect_panic<R>(f: impl FnOnce() -> R) {
    drop(catch_panic(f));
}

/// Runs `f`, which must panic, and returns the payload. The panic is not a failure of the model.
///
/// # Panics
///
/// If `f` does not.
#[track_caller]
pub fn catch_panic<R>(f: impl FnOnce() -> R) -> Box<dyn Any + Send> {
    with(|engine| engine.expecting[engine.current] += 1);
    let result = catch_unwind(AssertUnwindSafe(f));
    with(|engine| {
        engine.expecting[engine.current] -= 1;
        engine.panicking[engine.current] = false;
    });
    match result {
        Ok(_) => panic!("a panic was expected here, and none came"),
        Err(payload) => payload,
    }
}

/// Panics with `payload` and without a message. It is not a failure of the model: the thread ends, and who joins it is told.
pub fn panic_quietly(payload: impl Any + Send) -> ! {
    with(|engine| engine.panicking[engine.current] = true);
    resume_unwind(Box::new(payload))
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
