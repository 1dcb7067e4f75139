//! What a failing execution looks like, as data.

use crate::engine::clock::Clock;
use crate::engine::event::{Event, EventId, Kind, NOWHERE};
use crate::engine::state::{Engine, Status};
use std::fmt;
use std::panic::Location;
use std::sync::atomic::Ordering;

/// What went wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailureKind {
    /// Two accesses, at least one of them non-atomic and at least one a write, of which neither happens before the other.
    Race,
    /// The program panicked.
    Panic,
    /// Every thread that has not ended sleeps, or waits for one that does.
    Deadlock,
    /// Every thread that has not ended waits, at least one of them in a loop that will never see anything new.
    Livelock,
    /// An execution has more events than the model allows. It may be endless: then this is the program's fault.
    TooLong,
    /// Memory or a tracked value is used after its end, or before its beginning.
    Memory,
    /// A tracked value was not dropped.
    Leak,
    /// Threads wait for ever, which the model allows, but not in the way it allows.
    Wait,
    /// The program does not do the same when it is run again.
    Nondeterminism,
}

/// Why a thread cannot go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Blocked {
    /// A loop reads the same again and again.
    Spinning,
    /// A turn of a loop is the same as the one before, but not for ever.
    Repeating,
    /// A loop has turned as often as the model lets it, each time with an effect.
    Bounded,
    /// A read-modify-write waits for a value.
    Awaiting,
    /// It sleeps on a futex.
    Asleep,
    /// It waits for a thread to end.
    Joining(usize),
}

/// One operation of a failing execution.
#[derive(Clone, Debug)]
pub struct Step {
    /// The thread; 0 is the main thread.
    pub thread: usize,
    /// The place in the source.
    pub at: &'static Location<'static>,
    /// The operation: `compare_exchange`.
    pub op: &'static str,
    /// The operation with its operands and orderings: `compare_exchange(0, 1, Acquire, Relaxed)`.
    pub text: String,
    /// What it returned.
    pub result: Option<String>,
    /// The ordering in effect.
    pub order: Ordering,
    /// The location: accesses with the same number are to the same object.
    pub location: Option<usize>,
    /// The step whose write was read; `None` if that is the initial value, or if nothing was read.
    pub reads_from: Option<usize>,
    /// There was a newer value to read.
    pub stale: bool,
    /// A read-modify-write that writes what it reads.
    pub repeats: bool,
    /// It reads.
    pub reads: bool,
    /// It writes.
    pub writes: bool,
    /// It is an atomic access.
    pub atomic: bool,
    /// A compare-exchange that failed for no reason.
    pub spurious: bool,
    /// For each thread, how many of its events happen before the end of this step.
    pub clock: Vec<u16>,
    /// The place of its last event in its thread, from 1: step `a` happens before step `b` if
    /// `b.clock[a.thread] >= a.number`.
    pub number: u16,
}

impl Step {
    /// Does this step happen before `other`?
    pub fn happens_before(&self, other: &Step) -> bool {
        other.clock[self.thread] >= self.number
    }
}

/// An execution that fails.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What went wrong.
    pub kind: FailureKind,
    /// In words; of a panic, its message.
    pub message: String,
    /// Where a panic came from: file and line.
    pub at: Option<(String, u32)>,
    /// The steps, in an order in which every read comes after the write that it reads.
    pub steps: Vec<Step>,
    /// The two accesses that race.
    pub race: Option<(usize, usize)>,
    /// The threads that cannot go on.
    pub blocked: Vec<(usize, Blocked)>,
    /// How many executions were explored before.
    pub executions: u64,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((file, line)) = &self.at {
            let panicked = if self.kind == FailureKind::Panic { "panicked " } else { "" };
            write!(f, "{panicked}at {file}:{line}: ")?;
        }
        writeln!(f, "{}", self.message)?;
        for (index, step) in self.steps.iter().enumerate() {
            let file = step.at.file().rsplit(['/', '\\']).next().unwrap_or_default();
            write!(
                f,
                "{index:>4}  {file}:{:<4} thread {}: {}",
                step.at.line(),
                step.thread,
                step.text
            )?;
            if let Some(result) = &step.result {
                write!(f, " → {result}")?;
            }
            if let Some(from) = step.reads_from {
                write!(f, "  (from #{from})")?;
            }
            writeln!(f, "{}", if step.stale { "  (stale)" } else { "" })?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

impl Failure {
    fn new(engine: &Engine, kind: FailureKind, message: String) -> Self {
        Self::of(kind, message, engine, steps(engine, &Clock::ALL).0)
    }

    fn of(kind: FailureKind, message: String, engine: &Engine, steps: Vec<Step>) -> Self {
        Self {
            kind,
            message,
            at: None,
            steps,
            race: None,
            blocked: blocked(engine),
            executions: engine.executions,
        }
    }

    /// Steps, and switches between threads.
    pub(crate) fn length(&self) -> (usize, usize) {
        let switches = self.steps.windows(2).filter(|pair| pair[0].thread != pair[1].thread);
        (self.steps.len(), switches.count())
    }

    pub(crate) fn can_be_minimized(&self) -> bool {
        matches!(self.kind, FailureKind::Race | FailureKind::Deadlock | FailureKind::Livelock)
    }

    pub(crate) fn race(engine: &Engine, first: EventId, second: EventId) -> Self {
        let mut led_here = engine.search.graph.event(first).porf;
        led_here.join(&engine.search.graph.event(second).porf);
        let (steps, step_of) = steps(engine, &led_here);
        let race = step_of(first).zip(step_of(second));
        let message = match race {
            Some((a, b)) => format!("data race: nothing orders #{a} and #{b}"),
            None => "data race".into(),
        };
        Self { race, ..Self::of(FailureKind::Race, message, engine, steps) }
    }

    pub(crate) fn panic(engine: &Engine, message: &str, at: Option<&Location<'_>>) -> Self {
        let at = at.map(|at| (at.file().to_owned(), at.line()));
        let last = engine.search.graph.threads[engine.current].last();
        let led_here = last.map_or(Clock::ALL, |event| event.porf);
        let (steps, _) = steps(engine, &led_here);
        Self { at, ..Self::of(FailureKind::Panic, message.into(), engine, steps) }
    }

    pub(crate) fn stuck(engine: &Engine) -> Self {
        let spins = engine.status.contains(&Status::Stuck(Blocked::Spinning));
        let (kind, message) = if spins {
            let message = "livelock: every thread that has not ended waits, and nothing can change what it reads";
            (FailureKind::Livelock, message)
        } else {
            (FailureKind::Deadlock, "deadlock: every thread sleeps or waits for one that does")
        };
        Self::new(engine, kind, message.into())
    }

    pub(crate) fn wait(engine: &Engine, objection: String) -> Self {
        Self::new(engine, FailureKind::Wait, objection)
    }

    pub(crate) fn blind(engine: &Engine) -> Self {
        let message = "livelock: a thread spins without looking. It gives one hint after the other, and performs no operation \
                       between them that could see a change";
        Self::new(engine, FailureKind::Livelock, message.into())
    }

    /// `what` is wrong with the operation `op` at this place.
    pub(crate) fn memory(engine: &Engine, what: &str, op: &str, at: &Location<'_>) -> Self {
        let at = Some((at.file().to_owned(), at.line()));
        Self { at, ..Self::new(engine, FailureKind::Memory, format!("{what}: `{op}`")) }
    }

    pub(crate) fn leak(engine: &Engine, count: usize, at: &Location<'_>) -> Self {
        let message =
            format!("leak: {count} tracked values were never dropped; the first was made here");
        let at = Some((at.file().to_owned(), at.line()));
        Self { at, ..Self::new(engine, FailureKind::Leak, message) }
    }

    pub(crate) fn too_long(engine: &Engine) -> Self {
        let message = format!(
            "not decided: an execution has more than {} events. A loop that waits needs `hint::spin_loop()`",
            engine.config.max_events
        );
        Self::new(engine, FailureKind::TooLong, message)
    }

    pub(crate) fn nondeterminism(engine: &Engine) -> Self {
        let message = "the program does something else when it is run again: it depends on more than its threads \
                       and atomics (time, random numbers, addresses, state that outlives an execution)";
        Self::new(engine, FailureKind::Nondeterminism, message.into())
    }

    pub(crate) fn too_many_threads(engine: &Engine) -> Self {
        let message = format!("a model may have at most {} threads", crate::MAX_THREADS);
        Self::new(engine, FailureKind::Panic, message)
    }
}

fn blocked(engine: &Engine) -> Vec<(usize, Blocked)> {
    let of = |(thread, status): (usize, &Status)| {
        let why = match *status {
            Status::Stuck(why) => why,
            Status::Asleep { .. } => Blocked::Asleep,
            Status::Joining(child) => Blocked::Joining(child),
            _ => return None,
        };
        Some((thread, why))
    };
    engine.status.iter().enumerate().filter_map(of).collect()
}

/// The steps of the execution that `led_here`, and a map from events to steps. What led to a panic or a race is an execution of
/// its own, and a shorter one: what else the other threads did adds nothing.
fn steps(engine: &Engine, led_here: &Clock) -> (Vec<Step>, impl Fn(EventId) -> Option<usize>) {
    let graph = &engine.search.graph;
    let mut order = engine.log.clone();
    // What has not taken place again when the failure was found.
    let mut rest: Vec<EventId> = graph.ids().filter(|id| !order.contains(id)).collect();
    rest.sort_by_key(|id| graph.event(*id).stamp);
    order.extend(rest);
    order.retain(|id| led_here.has(*id));
    let mut steps: Vec<Step> = Vec::new();
    let mut owners: Vec<(EventId, usize)> = Vec::new();
    for id in order {
        let event = graph.event(id);
        let second_half = event.kind == Kind::Write && event.exclusive;
        let first = id.index().checked_sub(1).map(|i| EventId::new(id.thread(), i));
        let owner = first.and_then(|first| owners.iter().find(|(id, _)| *id == first)).map(|o| o.1);
        if let (true, Some(owner)) = (second_half, owner) {
            steps[owner].writes = true;
            steps[owner].clock = event.hb.to_array().to_vec();
            steps[owner].number = id.index() as u16 + 1;
            owners.push((id, owner));
        } else {
            owners.push((id, steps.len()));
            steps.push(step(engine, id, event));
        }
    }
    for (id, owner) in &owners {
        let event = graph.event(*id);
        let reads = matches!(event.kind, Kind::Read | Kind::Join | Kind::Resume);
        if reads && !event.rf.is_init() {
            steps[*owner].reads_from = owners.iter().find(|o| o.0 == event.rf).map(|o| o.1);
        }
        // Newer in the modification order, and done before in the order of the timeline.
        let newer = |write: &EventId| owners.iter().any(|o| o.0 == *write && o.1 < *owner);
        let later = |loc| &graph.places[usize::from(loc)].mo[graph.pos(event.rf) + 1..];
        steps[*owner].stale &= event.kind != Kind::Read || later(event.loc).iter().any(newer);
    }
    (steps, move |id| owners.iter().find(|o| o.0 == id).map(|o| o.1))
}

fn step(engine: &Engine, id: EventId, event: &Event) -> Step {
    let graph = &engine.search.graph;
    let request = &event.request;
    let show = |bits| (request.op.show)(bits);
    let mut words: Vec<String> = Vec::new();
    words.extend((request.op.operands > 0).then(|| show(request.a)));
    words.extend((request.op.operands > 1).then(|| show(request.b)));
    if event.is_atomic() && !request.op.hidden || event.kind == Kind::Fence {
        words.push(format!("{:?}", request.order));
        if request.op.operands > 1 {
            words.push(format!("{:?}", request.failure));
        }
    }
    let reads = matches!(event.kind, Kind::Read | Kind::PlainRead);
    let exchange = request.op.operands > 1;
    let result =
        (reads && !request.op.hidden).then(|| match (exchange, event.new_value(event.value)) {
            (false, _) => show(event.value),
            (true, Some(_)) => format!("Ok({})", show(event.value)),
            (true, None) => format!("Err({})", show(event.value)),
        });
    let location = (event.loc != NOWHERE).then_some(usize::from(event.loc));
    let newest = location.and_then(|loc| graph.places[loc].mo.last().copied());
    let own_write = newest.is_some_and(|w| {
        !w.is_init() && graph.event(w).exclusive && w == EventId::new(id.thread(), id.index() + 1)
    });
    Step {
        thread: id.thread(),
        at: request.at,
        op: request.op.name,
        text: format!("{}({})", request.op.name, words.join(", ")),
        result: result.filter(|text| !text.is_empty()),
        order: event.order,
        location,
        reads_from: None,
        stale: event.kind == Kind::Read
            && newest != Some(event.rf)
            && !own_write
            && !event.exclusive
            && !event.dropped,
        reads,
        writes: event.is_write(),
        atomic: event.is_atomic(),
        repeats: event.is_atomic() && reads && event.new_value(event.value) == Some(event.value),
        spurious: request.weak && event.pick == 1,
        clock: event.hb.to_array().to_vec(),
        number: id.index() as u16 + 1,
    }
}
