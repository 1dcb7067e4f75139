//! One execution after the other, up to the failure to report.
//!
//! The first failure is seldom the one that is easiest to read, so the search goes on for a while and keeps the shortest of those
//! that fail for the same reason.
//!
//! A panic must not unwind meanwhile: that would run destructors of the code under test in a state that it cannot be in, and one
//! that panics ends the process. So the search goes on inside of the panic hook. The OS thread whose hook that is cannot panic
//! again, so another one takes over, and the first waits: see [`Engine::panicked`].

use crate::core::search::Search;
use crate::runtime::audit::Site;
use crate::runtime::config::Config;
use crate::runtime::failure::{Failure, FailureKind};
use crate::runtime::panics::body;
use crate::runtime::report::Report;
use crate::runtime::run::{self, Outcome};
use crate::runtime::spin::PATIENT_TURNS;
use crate::runtime::state::Engine;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a shorter failure is looked for at most. The number of executions is what should end it: that does not depend on the
/// machine.
const MINIMIZING: Duration = Duration::from_secs(2);

/// How many panics are held back at most while shorter failures are looked for. Each holds an OS thread.
const MAX_PANICS: usize = 100;

/// What is explored, and how.
pub(crate) struct Plan {
    pub config: Config,
    pub program: Box<dyn Fn() + Send + Sync>,
}

/// How far an exploration has come.
pub(crate) struct Progress {
    start: Instant,
    report: Report,
    /// The shortest failure of those that are like the first, and when the first was found.
    best: Option<(Failure, Instant)>,
    /// The number of executions after which it is reported.
    until: u64,
    /// Panics that are held back.
    panics: usize,
    /// The failure to report has been found.
    over: bool,
}

impl Progress {
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
            report: Report::default(),
            best: None,
            until: u64::MAX,
            panics: 0,
            over: false,
        }
    }

    fn is_better(&self, failure: &Failure) -> bool {
        self.best
            .as_ref()
            .is_none_or(|(best, _)| failure.is_like(best) && failure.length() < best.length())
    }

    /// Is it time to report the best failure, after so many executions?
    fn is_enough(&self, executions: u64) -> bool {
        let found = self.best.as_ref();
        found.is_some_and(|(_, at)| executions > self.until || at.elapsed() > MINIMIZING)
    }
}

impl Plan {
    /// Explores the program on an OS thread of its own.
    pub fn explore(self) -> Result<Report, Box<Failure>> {
        let plan = Arc::new(self);
        thread::scope(|scope| {
            let explorer = scope.spawn(|| Engine::new(plan).explore(false));
            explorer.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload))
        })
    }

    fn is_over(&self, executions: u64, start: Instant) -> bool {
        let config = &self.config;
        config.max_executions.is_some_and(|most| executions >= most)
            || executions.is_multiple_of(256)
                && config.max_time.is_some_and(|most| start.elapsed() >= most)
    }
}

/// What another OS thread needs to go on.
struct Rest {
    plan: Arc<Plan>,
    search: Search,
    progress: Progress,
    executions: u64,
    cut: bool,
    sites: Vec<Site>,
}

impl Rest {
    fn explore(self) -> Result<Report, Box<Failure>> {
        let mut engine = Engine::new(self.plan);
        engine.search = self.search;
        engine.progress = self.progress;
        engine.executions = self.executions;
        engine.cut = self.cut;
        engine.sites = self.sites;
        engine.explore(true)
    }
}

impl Engine {
    /// Explores; `next`: with the next execution, since the one that the search stands at has run.
    fn explore(mut self: Box<Self>, mut next: bool) -> Result<Report, Box<Failure>> {
        let plan = self.plan.clone();
        loop {
            if next && !self.next() {
                break;
            }
            next = true;
            let program = plan.clone();
            let main = Box::new(body(move || (program.program)()));
            // SAFETY: the engine is ours, and not accessed until the call returns.
            let outcome = unsafe { run::run(&raw mut *self, main) };
            match outcome {
                Outcome::Complete => self.progress.report.executions += 1,
                Outcome::Blocked => self.progress.report.blocked += 1,
                Outcome::Pruned => self.progress.report.pruned += 1,
                Outcome::Failed => {
                    let failure = self.failure.take().expect("a failure");
                    if self.progress.over {
                        return Err(self.deliver(failure));
                    }
                    let hasty = self.config.max_turns < PATIENT_TURNS;
                    if failure.kind == FailureKind::Livelock
                        && hasty
                        && self.progress.is_better(&failure)
                    {
                        self.config.max_turns = PATIENT_TURNS;
                        next = false;
                        continue;
                    }
                    self.note(failure);
                }
            }
            self.config.max_turns = plan.config.max_turns;
            self.executions += 1;
            if self.progress.is_enough(self.executions) {
                break;
            }
            let progress = &mut self.progress;
            if progress.best.is_none() && plan.is_over(self.executions, progress.start) {
                progress.report.complete = false;
                break;
            }
        }
        if let Some((failure, _)) = self.progress.best.take() {
            return Err(self.deliver(failure));
        }
        let mut report = std::mem::take(&mut self.progress.report);
        report.bounded = self.cut;
        report.complete &= !self.cut;
        report.elapsed = self.progress.start.elapsed();
        report.depth = self.search.deepest;
        report.sites = std::mem::take(&mut self.sites);
        Ok(report)
    }

    /// Takes note of a failure.
    fn note(&mut self, failure: Failure) {
        let progress = &mut self.progress;
        if progress.best.is_none() {
            let more = if failure.can_be_minimized() { self.plan.config.minimize } else { 0 };
            progress.until = if more == 0 { 0 } else { self.executions + more };
        }
        if progress.is_better(&failure) {
            let found = progress.best.take().map_or_else(Instant::now, |(_, found)| found);
            progress.best = Some((failure, found));
        }
    }

    /// Called by the panic hook: goes on with the search, and comes back with the failure to report, so late that nothing is left
    /// but to unwind.
    pub fn panicked(&mut self, failure: Failure) -> Failure {
        self.note(failure);
        self.progress.panics += 1;
        self.progress.over = true;
        let has_room = self.progress.panics <= MAX_PANICS;
        if has_room && !self.progress.is_enough(self.executions + 1) {
            let rest = Mutex::new(Some(self.rest()));
            let take = || rest.lock().unwrap_or_else(PoisonError::into_inner).take();
            let ended = thread::scope(|scope| {
                let go_on = || take().map(Rest::explore);
                let other = thread::Builder::new().spawn_scoped(scope, go_on).ok()?;
                other.join().ok().flatten()
            });
            if let Some(Err(best)) = ended {
                self.delivered = true;
                return *best;
            }
            // There was no OS thread to be had.
            if let Some(rest) = take() {
                self.progress.best = rest.progress.best;
            }
        }
        let (best, _) = self.progress.best.take().expect("a failure has been noted");
        *self.deliver(best)
    }

    /// What is left to explore. The graph stays, for what unwinds.
    fn rest(&mut self) -> Rest {
        let mut search = std::mem::take(&mut self.search);
        self.search.graph.copy_from(&search.graph);
        search.spurious = self.config.spurious_failures;
        let mut progress = std::mem::replace(&mut self.progress, Progress::new());
        self.progress.over = std::mem::take(&mut progress.over);
        Rest {
            plan: self.plan.clone(),
            search,
            progress,
            executions: self.executions + 1,
            cut: self.cut,
            sites: std::mem::take(&mut self.sites),
        }
    }
}
