//! Runs a model, and tells the judge what comes of it.

use crate::inspect::{self, Task};
use crate::{plan, report};
use rc11::{Builder, Objection, Report, Stuck, Turn};
use std::sync::Arc;

/// How many executions a model may begin before it is given up as not decided, unless the judge says otherwise.
const BUDGET: u64 = 4_000_000;

/// How often a loop may turn that writes in each turn: longer waiting is not looked at.
const BUSY_TURNS: usize = 16;

/// How many more executions are searched for a shorter failure.
const MINIMIZE: u64 = 2_000;

/// Weak compare-exchanges of each thread that fail for no reason, and waits that return for no reason.
const FAULTS: usize = 1;

/// How many executions a model may begin.
pub(crate) fn budget() -> u64 {
    protocol::budget().unwrap_or(BUDGET)
}

/// After how many executions a model is to be left, if the judge has said so: what comes of it then matters only if nothing else
/// fails. A search for an answer about a program is none of these models.
fn at_first() -> Option<u64> {
    std::env::var(protocol::AT_FIRST).ok()?.parse().ok()
}

/// What is compiled with the checks, and neither theirs nor the reader's. The last is what the judge writes around them.
const LIBRARIES: &[&str] =
    &["solutions/clients/src/", "solutions/grader/src/", "solutions/sync/", "judged-main.rs"];

/// How every model is explored, unless told otherwise.
pub(crate) fn builder() -> Builder {
    let builder = Builder::new()
        .spurious_failures(FAULTS)
        .spurious_wakes(FAULTS)
        .max_busy_turns(BUSY_TURNS)
        .libraries(LIBRARIES)
        .minimize(MINIMIZE)
        .max_executions(budget());
    let builder = match timeline::provided_source() {
        Some((file, text)) if names_std(text) => builder.subject(file),
        _ => builder,
    };
    match plan::weakening() {
        // An audit only asks whether there is a failure.
        Some(weakening) => builder.weaken(weakening).minimize(0),
        None => builder,
    }
}

/// Could the text name an atomic, a lock or a thread of std's? To see it called takes time, and few texts do.
fn names_std(text: &str) -> bool {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let names =
        ["std::sync", "std::thread", "std::{", "use std;", "core::sync", "core::{", "use core;"];
    code.into_iter().any(|line| names.iter().any(|name| line.contains(name)))
}

/// What the file under test imports of std's own that the checker does not see, in words, if it does.
pub(crate) fn import_of_std() -> Option<String> {
    let (file, text) = timeline::provided_source()?;
    let of_std = |line: &str| {
        let code = line.split("//").next().unwrap_or_default();
        let has = |names: &[&str]| names.iter().any(|name| code.contains(name));
        let sync = ["Mutex", "RwLock", "Condvar", "Barrier", "Once", "LazyLock", "mpsc"];
        (has(&["std::sync::atomic", "core::sync::atomic"]) && has(&["Atomic", "fence"]))
            || (has(&["std::thread::", "std::thread;"]) && !has(&["panicking", "thread::Result"]))
            || (has(&["std::sync::"]) && has(&sync) && !has(&["sync::MutexGuard"]))
    };
    let (number, line) = text.lines().enumerate().find(|(_, line)| of_std(line))?;
    let place = timeline::place(file, number as u32 + 1);
    Some(format!(
        "The checker does not see what is std's own, such as `{}` ({place}): what that orders is missing above. Use `sync` in place of `std`.",
        line.trim().trim_end_matches(';')
    ))
}

/// Runs `f` once for every execution that the memory model allows; a failure prints a timeline and ends the process.
///
/// `f` must be deterministic apart from the facade's threads and atomics. Weak compare-exchanges also fail spuriously, once
/// for each thread, and waits return once without a wake-up.
pub fn model(f: impl Fn() + Send + Sync + 'static) {
    Model::new().check(f);
}

type Judge = Arc<dyn Fn(&Turn) -> Result<(), String> + Send + Sync>;

type StuckJudge = Arc<dyn Fn(&Stuck) -> Result<(), Objection> + Send + Sync>;

/// How much of a model was explored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explored {
    /// Executions, those included that came to nothing.
    pub all: u64,
    /// There are no more.
    pub complete: bool,
}

impl Explored {
    /// Tells the judge, as a model does of itself.
    pub fn tell(self) {
        let Self { all: executions, complete } = self;
        report::explored(&Report { executions, complete, ..Report::default() });
    }
}

/// Explores a closure: see [`model`].
#[derive(Clone)]
pub struct Model {
    waits: Option<Judge>,
    faults: usize,
    restless: usize,
    fickle: usize,
    time_stands_still: bool,
    events: Option<usize>,
    executions: Option<u64>,
    watch_frees: bool,
    may_leak: bool,
    main_last: bool,
    stuck: Option<StuckJudge>,
    busy_turns: usize,
    preface: Option<Arc<str>>,
    is_aside: bool,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            waits: None,
            faults: FAULTS,
            restless: 0,
            fickle: 0,
            time_stands_still: false,
            events: None,
            executions: None,
            watch_frees: false,
            may_leak: false,
            main_last: false,
            stuck: None,
            busy_turns: BUSY_TURNS,
            preface: None,
            is_aside: false,
        }
    }
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").finish_non_exhaustive()
    }
}

/// Turns that may be busy, and events, for each wait and each exchange that comes to nothing: a waiter may look a hundred times before each.
const TURNS: usize = 3;
const EVENTS: usize = 200;

impl Model {
    /// A model of every execution.
    pub fn new() -> Self {
        Self::default()
    }

    /// For an engine that goes through schedules one by one, as loom does: it may leave out those in which running threads are
    /// interrupted more than `_bound` times. This engine explores graphs, which have no schedule, and all of them: it has no use
    /// for the number, and what it says of the model holds for every number of interruptions.
    pub fn preemptions(self, _bound: usize) -> Self {
        self
    }

    /// Ends the search after this many executions, those included that came to nothing. If there are more, the model has *passed
    /// within bounds*, and no more is claimed.
    pub fn executions(mut self, most: u64) -> Self {
        self.executions = Some(most);
        self
    }

    /// How many weak compare-exchanges of each thread fail for no reason, and how many waits return for no reason. One
    /// unless told: `faults(0)` makes a model of three threads that sleep much smaller.
    pub fn faults(mut self, most: usize) -> Self {
        self.faults = most;
        self
    }

    /// The first waits of each thread return for no reason: so many, in every execution, which may be as long as that takes.
    pub fn restless(mut self, times: usize) -> Self {
        self.restless = times;
        self.lasts(times)
    }

    /// The first weak compare-exchanges of each thread fail, whatever they find: so many, in every execution.
    pub fn fickle(mut self, times: usize) -> Self {
        self.fickle = times;
        self.lasts(times)
    }

    fn lasts(mut self, times: usize) -> Self {
        self.busy_turns = self.busy_turns.max(TURNS * times);
        self.events = self.events.max(Some(EVENTS * times));
        self
    }

    /// No time-out is ever up, so that a lost wake-up does not hide behind one.
    pub fn time_stands_still(mut self) -> Self {
        self.time_stands_still = true;
        self
    }

    /// An execution may have so many events.
    pub fn events(mut self, most: usize) -> Self {
        self.events = Some(most);
        self
    }

    /// To free memory counts as a write to all that is in it: every access must happen before. For code that shares its
    /// memory by atomics of `sync` alone: of others, such as those in std's `Arc`, the checker knows nothing.
    pub fn watch_frees(mut self) -> Self {
        self.watch_frees = true;
        self
    }

    /// The model leaves memory behind on purpose, such as a handle that is forgotten.
    pub fn may_leak(mut self) -> Self {
        self.may_leak = true;
        self
    }

    /// The search begins with the execution in which the main thread goes on only where no other one can. For a model of which not all is
    /// explored, and that is about threads which wait for the main one.
    pub fn main_last(mut self) -> Self {
        self.main_last = true;
        self
    }

    /// An execution in which a thread waits in a loop for ever is not a livelock: `judge` is told what a turn of that loop
    /// does, and may object.
    pub fn waits(
        mut self,
        judge: impl Fn(&Turn) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        self.waits = Some(Arc::new(judge));
        self
    }

    /// Threads that cannot go on are no failure of their own: `judge` is told which, and may object.
    pub fn on_stuck(
        mut self,
        judge: impl Fn(&Stuck) -> Result<(), Objection> + Send + Sync + 'static,
    ) -> Self {
        self.stuck = Some(Arc::new(judge));
        self
    }

    /// A loop that changes something in each turn may turn so often, in the place of 16 times.
    pub fn busy_turns(mut self, most: usize) -> Self {
        self.busy_turns = most;
        self
    }

    /// What stands in front of the timeline if the model fails.
    pub fn preface(mut self, text: impl Into<Arc<str>>) -> Self {
        self.preface = Some(text.into());
        self
    }

    /// A reader who explores the check does not look at this model: how its threads go on says nothing of what is possible.
    pub fn aside(mut self, yes: bool) -> Self {
        self.is_aside = yes;
        self
    }

    /// Runs the model, and returns how much there was to explore. A failure ends the process, as ever.
    pub fn count(&self, f: impl Fn() + Send + Sync + 'static) -> Explored {
        // Whoever counts runs many models: how large one of them is says nothing of the check.
        let report = self.run(Arc::new(f), self.builder());
        plan::print_if_listing(&report.sites);
        inspect::counted(&report);
        let all = report.begun();
        Explored { all, complete: report.complete }
    }

    /// Runs the model, as [`model`] does.
    pub fn check(&self, f: impl Fn() + Send + Sync + 'static) {
        self.explore(Arc::new(f));
    }

    fn explore(&self, f: Arc<dyn Fn() + Send + Sync>) {
        let before = protocol::ticks();
        let builder = match at_first() {
            // The first of those that are explored otherwise: as long as so few have begun, none is drawn.
            Some(few) if self.executions.is_none_or(|most| few < most) => {
                self.builder().max_executions(few)
            }
            _ => self.builder().draw_if_too_large(true),
        };
        let builder = match plan::weakening() {
            // Nobody looks.
            Some(_) => builder,
            // It comes after some thousand executions without a failure.
            None => builder.on_estimate(move |estimate| {
                protocol::has_come_far();
                protocol::expect(before + estimate.all);
            }),
        };
        let explored = self.run(f, builder);
        protocol::expect(0);
        plan::print(&explored.sites);
        report::explored(&explored);
    }

    /// How this model is explored.
    fn builder(&self) -> Builder {
        let mut builder = builder()
            .spurious_failures(self.faults)
            .spurious_wakes(self.faults)
            .restless(self.restless)
            .fickle(self.fickle)
            .time_stands_still(self.time_stands_still)
            .max_busy_turns(self.busy_turns)
            .watch_frees(self.watch_frees)
            .may_leak(self.may_leak)
            .main_last(self.main_last)
            .list_sites(plan::is_listing());
        if let Some(most) = self.events {
            builder = builder.max_events(most);
        }
        if let Some(most) = self.executions {
            builder = builder.max_executions(most.min(budget()));
        }
        if let Some(judge) = self.waits.clone() {
            builder = builder.on_wait(move |turn| judge(turn));
        }
        if let Some(judge) = self.stuck.clone() {
            builder = builder.on_stuck(move |stuck| judge(stuck));
        }
        builder
    }

    /// Not generic, so that it is compiled once for all checks.
    fn run(&self, f: Arc<dyn Fn() + Send + Sync>, builder: Builder) -> Report {
        let (task, number) = inspect::task();
        let preface = self.preface.clone();
        let fail = move |failure: &rc11::Failure| -> ! {
            report::fail(failure, number, preface.as_deref())
        };
        let on_failure = fail.clone();
        let is_audit = plan::weakening().is_some();
        let questions = if is_audit { 0 } else { inspect::questions() };
        let builder = builder.investigate(questions).on_failure(move |failure| on_failure(failure));
        let run = move || {
            protocol::tick();
            f();
            #[cfg(unix)]
            crate::pthread::at_end();
        };
        match task {
            Task::Verdict => {}
            // As many as are looked at for a verdict, if those are few.
            Task::Explore(most) => {
                let most = self.executions.map_or(most, |few| few.min(most));
                let builder = builder.max_executions(most);
                return match self.is_aside {
                    true => inspect::pass_by(&builder, Arc::new(run)),
                    false => {
                        inspect::explore(&builder, number, Arc::new(run), self.preface.as_deref())
                    }
                };
            }
            Task::Replay(trail) => inspect::replay(&builder, number, &trail, Arc::new(run)),
        }
        match builder.check(run) {
            Err(failure) => fail(&failure),
            Ok(explored) => {
                let is_at_end = |most| explored.begun() + explored.drawn >= most;
                let bounded = explored.bounded || self.executions.is_some_and(is_at_end);
                if !explored.complete && !bounded {
                    if at_first().is_some_and(is_at_end) {
                        report::left();
                    }
                    report::undecided(&explored);
                }
                explored
            }
        }
    }
}
