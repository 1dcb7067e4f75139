//! One execution after the other, up to the failure to report.
//!
//! The first failure is seldom the one that is easiest to read, so the search goes on for a while and keeps the shortest of those
//! that fail for the same reason.
//!
//! An execution may be abandoned while a thread of it unwinds. To the standard library the OS
//! thread then unwinds for ever, and it could not panic once more. So another OS thread takes over, with the [`Rest`] of the
//! exploration. A large one goes on on several OS threads; see [`together`].

use crate::core::search::Search;
use crate::runtime::aftermath::{Sought, investigate};
use crate::runtime::config::Config;
use crate::runtime::failure::{Failure, FailureKind};
use crate::runtime::guide::Execution;
use crate::runtime::panics::body;
use crate::runtime::progress::Progress;
use crate::runtime::repeat::{FEW_TURNS, MANY_EXECUTIONS, MANY_TURNS, PATIENT_TURNS};
use crate::runtime::report::Report;
use crate::runtime::rest::Rest;
use crate::runtime::run::{self, Outcome};
use crate::runtime::state::Engine;
use crate::runtime::survey::Surveys;
use crate::runtime::together;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

/// The time is looked at after so many executions.
pub(crate) const CLOCK: u64 = 256;

/// What is explored, and how.
pub(crate) struct Plan {
    pub config: Config,
    pub program: Arc<dyn Fn() + Send + Sync>,
}

/// What has come of an execution.
pub(crate) enum Step {
    /// It is counted.
    Counted,
    Failed(Box<Failure>),
    /// It was drawn, and is none of the search.
    Drawn,
    /// It has to be run again.
    Again,
    /// The program is not what was explored so far.
    StartsOver,
    /// There is no time for more.
    Late,
}

impl Plan {
    /// Explores the program on OS threads of its own, one after the other.
    pub fn explore(self) -> Result<Report, Box<Failure>> {
        let mut engine = Rest::of(Arc::new(self));
        loop {
            let ended = thread::scope(|scope| {
                let explorer = scope.spawn(|| engine.explore());
                explorer.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload))
            });
            match ended {
                Ended::Explored(result) => return result,
                Ended::Unwinding(rest) => engine = *rest,
                Ended::Large(rest) => engine = together::explore(*rest),
            }
        }
    }

    /// Is the time up?
    pub fn is_late(&self, start: Instant) -> bool {
        self.config.max_time.is_some_and(|most| start.elapsed() >= most)
    }

    fn is_over(&self, executions: u64, start: Instant) -> bool {
        let config = &self.config;
        config.max_executions.is_some_and(|most| executions >= most)
            || (executions.is_multiple_of(CLOCK) || config.sought.is_some()) && self.is_late(start)
    }
}

/// How an OS thread has ended.
pub(crate) enum Ended {
    /// With the exploration.
    Explored(Result<Report, Box<Failure>>),
    /// It unwinds for ever, as far as the standard library knows.
    Unwinding(Box<Rest>),
    /// What is left is worth several of them.
    Large(Box<Rest>),
}

impl Engine {
    /// Explores; `next`: with the next execution, since the one that the search stands at has run.
    pub(crate) fn explore(mut self: Box<Self>, mut next: bool) -> Ended {
        let plan = self.plan.clone();
        loop {
            if thread::panicking() {
                return Ended::Unwinding(Box::new(self.rest(next)));
            }
            if next && self.is_worth_several() {
                return Ended::Large(Box::new(self.rest(next)));
            }
            let left = self.left_by_others.take();
            if left.is_none() && next && !self.next() {
                if self.begins_anew_with_many_turns() {
                    next = false;
                    continue;
                }
                break;
            }
            next = true;
            let (mut is_late, mut is_drawn) = (false, false);
            match left.unwrap_or_else(|| self.run_next()) {
                Step::Counted => {}
                Step::Failed(failure) => self.note(*failure),
                Step::Again => {
                    next = false;
                    continue;
                }
                Step::StartsOver => {
                    self.exact_turns = FEW_TURNS;
                    self.start_over();
                    next = false;
                    continue;
                }
                Step::Drawn => is_drawn = true,
                Step::Late => is_late = true,
            }
            self.executions += u64::from(!(is_late || is_drawn));
            if self.progress.best.is_some() {
                self.progress.events += self.search.graph.len() as u64;
            }
            let begun = self.begun();
            if plan.config.guide.is_some() || self.progress.is_enough(begun) {
                break;
            }
            let progress = &mut self.progress;
            let is_too_much = progress.few.is_some() && self.executions >= MANY_EXECUTIONS;
            let is_over = is_late || is_too_much || plan.is_over(begun, progress.start);
            if progress.best.is_none() && is_over {
                match progress.few.take() {
                    Some(few) => {
                        progress.report = few;
                        self.has_counted = true;
                    }
                    None => progress.report.complete = false,
                }
                break;
            }
        }
        self.stop_survey();
        if let Some(mut failure) = self.progress.best.take() {
            let has_name = plan.has_name(&mut failure);
            if has_name && plan.config.investigate > 0 {
                investigate(&plan, &mut failure, plan.config.investigate);
            }
            return Ended::Explored(Err(self.deliver(failure)));
        }
        let mut report = std::mem::take(&mut self.progress.report);
        if report.complete
            && report.executions == 0
            && report.blocked > 0
            && let Some(failure) = self.endless.take()
        {
            return Ended::Explored(Err(self.deliver(failure)));
        }
        report.bounded = self.cut || self.has_counted;
        report.complete &= !report.bounded;
        report.elapsed = self.progress.start.elapsed();
        report.depth = self.search.deepest;
        report.drawn = self.surveys.drawn;
        report.estimate = self.surveys.estimate;
        report.sites = std::mem::take(&mut self.sites);
        Ended::Explored(Ok(report))
    }

    /// Runs the execution that the search stands at, and counts it unless it fails.
    pub(crate) fn run_next(&mut self) -> Step {
        let plan = self.plan.clone();
        let program = plan.clone();
        let main = Box::new(body(move || (program.program)()));
        // SAFETY: the engine is ours, and not accessed until the call returns.
        let outcome = unsafe { run::run(&raw mut *self, main) };
        if std::mem::take(&mut self.starts_over) {
            return Step::StartsOver;
        }
        if self.is_drawn() {
            self.note_drawn(outcome);
            return Step::Drawn;
        }
        match outcome {
            Outcome::Complete => {
                self.progress.report.executions += 1;
                if let Some(f) = &plan.config.on_execution {
                    f(&self.tell_execution());
                }
            }
            Outcome::Blocked => self.progress.report.blocked += 1,
            Outcome::Pruned => self.progress.report.pruned += 1,
            Outcome::Failed => {
                let failure = self.failure.take().expect("a failure");
                let is_hasty = failure.kind == FailureKind::Livelock
                    && self.config.max_turns < PATIENT_TURNS
                    && plan.config.guide.is_none();
                if is_hasty && self.progress.is_better(&failure) {
                    self.config.max_turns = PATIENT_TURNS;
                    return Step::Again;
                }
                self.config.max_turns = plan.config.max_turns;
                return Step::Failed(Box::new(failure));
            }
        }
        self.config.max_turns = plan.config.max_turns;
        Step::Counted
    }

    /// Begins anew if a loop that counts its turns is all that has cost the word *complete*, with more turns of it. Not if few turns have
    /// taken so many executions that more of them would come to no end.
    fn begins_anew_with_many_turns(&mut self) -> bool {
        let is_all = self.has_counted && !self.cut && self.progress.best.is_none();
        if !is_all || self.exact_turns > FEW_TURNS || self.executions >= MANY_EXECUTIONS {
            return false;
        }
        let few = std::mem::take(&mut self.progress.report);
        self.start_over();
        self.progress.few = Some(few);
        self.exact_turns = MANY_TURNS;
        true
    }

    /// Takes note of a failure.
    pub(crate) fn note(&mut self, mut failure: Failure) {
        // Whoever has explored a part knows only of the executions of that part.
        failure.executions = self.executions;
        if self.config.sought.as_ref().is_some_and(|sought| **sought != Sought::of(&failure)) {
            return;
        }
        if let Some(f) = &self.plan.config.on_execution {
            f(&Execution::failed(failure));
            return;
        }
        let begun = self.begun();
        let progress = &mut self.progress;
        if progress.best.is_none() {
            let more = if failure.can_be_minimized() { self.plan.config.minimize } else { 0 };
            progress.until = if more == 0 { 0 } else { begun + more };
        }
        if progress.is_better(&failure) {
            progress.best = Some(failure);
        }
    }

    /// Forgets what was explored: the program is another one, in which threads tell that they have ended, or is explored in another way.
    pub(crate) fn start_over(&mut self) {
        self.search = Search::new(self.config.memory, self.config.spurious_failures);
        self.progress = Progress { start: self.progress.start, ..Progress::new() };
        self.executions = 0;
        self.surveys = Surveys::default();
        self.cut = false;
        self.has_counted = false;
        self.changed = None;
        self.middle = None;
        self.endless = None;
    }
}
