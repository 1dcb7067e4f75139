//! What a failing execution looks like, as data.

use crate::core::clock::{Clock, MAX_THREADS};
use crate::core::event::{Event, EventId, Kind};
use crate::core::timeline::{Place, Step, Story, Told, tell};
use crate::core::trail::Trail;
use crate::runtime::aftermath::{Machines, Nearest};
use crate::runtime::alloc;
use crate::runtime::foreign;
use crate::runtime::grow::MAX_EVENTS;
use crate::runtime::panics::Panic;
use crate::runtime::report::Objection;
use crate::runtime::sight;
use crate::runtime::state::{Engine, Status};
use std::panic::Location;

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
    /// A thread waits in a loop that never looks: it gives hints, and performs no operation that could see a change.
    /// To look at an atomic of std's own, or at the counts of its `Arc`, is none.
    Blind,
    /// An execution has more events than the model allows, or none ends within the turns that
    /// [`Builder::max_busy_turns`](crate::Builder::max_busy_turns) allows. They may be endless: then this is the program's fault.
    TooLong,
    /// Memory or a tracked value is used after its end, or before its beginning.
    Memory,
    /// A tracked value was not dropped.
    Leak,
    /// Threads wait for ever, which the model allows, but not in the way it allows.
    Wait,
    /// The program uses an atomic, a lock or a thread of std's own, which the checker does not see.
    Escape,
    /// The program does not do the same when it is run again.
    Nondeterminism,
    /// The process would end here: by `abort`, an assertion of another language, or memory that is not the program's.
    End,
    /// The program does something of which the checker knows no meaning, or starts more threads than it has room for.
    Refused,
}

impl FailureKind {
    /// Does a failure of this kind say nothing about the program, but that the model is too large for the checker?
    pub fn is_undecided(self) -> bool {
        matches!(self, Self::TooLong | Self::Nondeterminism | Self::Refused)
    }
}

/// Why a thread cannot go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Blocked {
    /// A loop reads the same again and again.
    Spinning,
    /// A turn of a loop is the same as the one before, but not for ever.
    Repeating,
    /// A turn of a loop has changed nothing, but the next one would read something newer: another execution shows that.
    Overtaken,
    /// A loop has turned as often as the model lets it, each time with an effect.
    Bounded,
    /// A read-modify-write waits for a value.
    Awaiting,
    /// It sleeps on a futex.
    Asleep,
    /// It waits for a thread to end.
    Joining(usize),
    /// It has stopped for ever; see [`support::stop_after`](crate::support::stop_after).
    Halted,
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
    /// Where a tracked value was dropped that is used or dropped again, if that was seen.
    pub dropped: Option<Place>,
    /// The steps, in an order in which every read comes after the write that it reads.
    pub steps: Vec<Step>,
    /// The two accesses that race.
    pub race: Option<(usize, usize)>,
    /// What leads to this execution; as text, its name. See [`Builder::replay`](crate::Builder::replay). It is empty if that
    /// led elsewhere, which is tried before a failure is handed over. It is not tried of what ends the process, of more
    /// than 5,000 events, and of what [`Builder::explore`](crate::Builder::explore) tells.
    pub trail: Trail,
    /// On which machines it can happen, if that was asked for; see [`Builder::investigate`](crate::Builder::investigate).
    pub machines: Option<Machines>,
    /// An execution that passes and begins in the same way.
    pub nearest: Option<Box<Nearest>>,
    /// The threads that cannot go on.
    pub blocked: Vec<(usize, Blocked)>,
    /// What somebody has objected to, if that is the failure.
    pub objection: Option<Objection>,
    /// How many executions were explored before, in the order of one thread; where [`Builder::max_time`](crate::Builder::max_time) has
    /// ended what several [`threads`](crate::Builder::threads) do, about how many.
    pub executions: u64,
    /// The program has come to a `todo!()`.
    pub(crate) unfinished: bool,
    /// It was seen, and may be told better by what another execution fails with; see `sight`.
    pub(crate) was_seen: bool,
}

impl Failure {
    pub(crate) fn new(engine: &Engine, kind: FailureKind, message: String) -> Self {
        Self::of(kind, message, engine, tell(story(engine), &Clock::ALL, None))
    }

    pub(crate) fn of(kind: FailureKind, message: String, engine: &Engine, told: Told) -> Self {
        let Told { mut steps, trail, .. } = told;
        resolve_places(engine, &mut steps);
        Self {
            kind,
            message,
            at: None,
            dropped: None,
            steps,
            race: None,
            trail,
            machines: None,
            nearest: None,
            blocked: blocked(engine),
            objection: None,
            executions: engine.executions,
            unfinished: false,
            was_seen: false,
        }
    }

    /// Steps that are shown, and switches between threads.
    pub(crate) fn length(&self) -> (usize, usize) {
        let threads = self.steps.iter().filter(|step| step.is_shown()).map(|step| step.thread);
        let threads: Vec<usize> = threads.collect();
        let switches = threads.windows(2).filter(|pair| pair[0] != pair[1]);
        (threads.len(), switches.count())
    }

    /// Is a shorter failure of its kind worth a search? Not if this one says nothing of the program's threads.
    pub(crate) fn can_be_minimized(&self) -> bool {
        !self.kind.is_undecided() && !self.unfinished
    }

    /// Does `other` fail for the same reason? Races, deadlocks and livelocks count as one: each is what comes of two threads that do
    /// not keep out of each other's way. Panics are alike if they come from the same place; the values in a message may differ.
    pub(crate) fn is_like(&self, other: &Failure) -> bool {
        use FailureKind::{Blind, Deadlock, Leak, Livelock, Panic, Race};
        let same_words = self.message == other.message;
        match (self.kind, other.kind) {
            (Race | Deadlock | Livelock | Blind, Race | Deadlock | Livelock | Blind) => true,
            (Panic, Panic) | (Leak, Leak) => {
                self.at == other.at && (self.at.is_some() || same_words)
            }
            (kind, other_kind) => kind == other_kind && self.at == other.at && same_words,
        }
    }

    pub(crate) fn race(engine: &Engine, first: EventId, second: EventId) -> Self {
        let mut led_here = engine.search.graph.event(first).porf;
        led_here.join(&engine.search.graph.event(second).porf);
        let told = tell(story(engine), &led_here, Some(second));
        let race = told.step_of(first).zip(told.step_of(second));
        let message = match race {
            Some((a, b)) => format!("data race: nothing orders #{a} and #{b}"),
            None => "data race".into(),
        };
        Self { race, ..Self::of(FailureKind::Race, message, engine, told) }
    }

    pub(crate) fn panic(engine: &Engine, panic: &Panic) -> Self {
        let events = &engine.search.graph.threads[panic.row];
        let last = events[..panic.after.min(events.len())].last();
        let led_here = last.map_or(Clock::default(), |event| event.porf);
        let told = tell(story(engine), &led_here, None);
        let Panic { message, at, .. } = panic.clone();
        // The words of `todo!()`, which the panic has from the standard library.
        let unfinished = message.starts_with("not yet implemented");
        Self { at, unfinished, ..Self::of(FailureKind::Panic, message, engine, told) }
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

    /// No execution ends before a loop has had its turns, and this is one of them.
    pub(crate) fn endless(engine: &Engine) -> Self {
        let most = engine.config.max_busy_turns.unwrap_or_default();
        let turns = if most == 1 { "turn" } else { "turns" };
        let message = format!(
            "not decided: no execution has ended within {most} {turns} of a loop that changes something in each. More may do, or none: \
             see `max_busy_turns`"
        );
        // That none ends is seen in no single one.
        Self { trail: Trail::default(), ..Self::new(engine, FailureKind::TooLong, message) }
    }

    pub(crate) fn wait(engine: &Engine, objection: String) -> Self {
        Self::new(engine, FailureKind::Wait, objection)
    }

    pub(crate) fn objection(engine: &Engine, objection: Objection) -> Self {
        let objected = Self::wait(engine, objection.why.clone());
        Self { objection: Some(objection), ..objected }
    }

    pub(crate) fn blind(engine: &Engine) -> Self {
        let message = "livelock: a thread spins without looking. It gives one hint after the other, and performs no operation \
                       between them that could see a change; std's own atomics and the counts of its `Arc` are not seen";
        Self::new(engine, FailureKind::Blind, message.into())
    }

    /// `what` is wrong with the operation `op` at this place.
    pub(crate) fn memory(engine: &Engine, what: &str, op: &str, at: &Location<'_>) -> Self {
        let libraries = engine.config.libraries;
        // What drops a value is the compiler's, and has a place in std.
        let caller = || sight::is_of_std(at.file()).then(|| sight::caller_of_std(libraries));
        let place = foreign::resolve(at, libraries).or_else(|| caller().flatten());
        let at = place.map_or_else(
            || (at.file().to_owned(), at.line()),
            |place| (place.file().to_owned(), place.line()),
        );
        let at = Some(at);
        let last = engine.cursor[engine.current].checked_sub(1);
        let last = last.map(|index| EventId::new(engine.current, index));
        // The end of a value is no event, so it may be anything before this one that has led here.
        let told = tell(story(engine), &Clock::of(&engine.cursor), last);
        Self { at, ..Self::of(FailureKind::Memory, format!("{what}: `{op}`"), engine, told) }
    }

    /// The program has called `name` of std, which the checker's own should stand for.
    pub(crate) fn escape(engine: &Engine, name: &str, at: Place) -> Self {
        let message = format!(
            "`{name}` is std's own, and the checker does not see it: what it orders, and what else could have been read, is not explored. \
             Use `sync` in place of `std`: it has the same names"
        );
        let at = Some((at.file().to_owned(), at.line()));
        Self { at, ..Self::new(engine, FailureKind::Escape, message) }
    }

    pub(crate) fn leak(engine: &Engine, count: usize, at: &Location<'_>) -> Self {
        let message =
            format!("leak: {count} tracked values were never dropped; the first was made here");
        let at = Some((at.file().to_owned(), at.line()));
        Self { at, ..Self::new(engine, FailureKind::Leak, message) }
    }

    /// So many blocks, of so many bytes together, are left; the first was asked for at this place.
    pub(crate) fn never_freed(
        engine: &Engine,
        (count, size): (usize, usize),
        place: sight::Place,
    ) -> Self {
        let bytes = if size == 1 { "byte" } else { "bytes" };
        let message = match count {
            1 => format!("leak: memory is never freed: {size} {bytes}, asked for here"),
            _ => format!(
                "leak: memory is never freed: {count} blocks, {size} {bytes} together; the first was asked for here"
            ),
        };
        let place = sight::place(engine, place);
        let at = Some((place.file().to_owned(), place.line()));
        // What a check says in its own words tells more.
        Self { at, was_seen: true, ..Self::new(engine, FailureKind::Leak, message) }
    }

    /// So many events of the current thread as show whether its loop writes.
    pub(crate) fn last_of(engine: &Engine) -> impl Iterator<Item = &Event> {
        const LAST: usize = 60;
        engine.search.graph.threads[engine.current].iter().rev().take(LAST)
    }

    pub(crate) fn too_long(engine: &Engine, most: usize) -> Self {
        let room = if most == MAX_EVENTS {
            "That is all that the checker has room for, whatever `max_events` says"
        } else {
            "`max_events` allows more"
        };
        let thread = engine.current;
        let mut last = Self::last_of(engine);
        let (writes, is_hinted) =
            (last.any(|event| event.kind == Kind::Write), engine.spins[thread].busy > 0);
        let bound = match (writes, is_hinted) {
            (false, _) => "",
            _ if engine.has_one_thread() => "",
            (true, true) => {
                ". A loop that waits and writes in each turn is bounded by `max_busy_turns`"
            }
            (true, false) => {
                ". A loop that waits and writes in each turn is bounded by `max_busy_turns`, once it calls `hint::spin_loop()` in each"
            }
        };
        let message =
            format!("not decided: an execution has more than {most} events. {room}{bound}");
        Self::new(engine, FailureKind::TooLong, message)
    }

    pub(crate) fn nondeterminism(engine: &Engine) -> Self {
        let message = "the program does something else when it is run again: it depends on more than its threads \
                       and atomics (time, random numbers, addresses, state that outlives an execution)";
        let used_again = "\nMemory may have been used again, and with it an address: install `rc11::alloc::Quarantine` as the allocator";
        let used_again = if alloc::is_installed() { "" } else { used_again };
        let message = format!("{message}{used_again}");
        let Some(at) = sight::arc_of_std(engine) else {
            return Self::new(engine, FailureKind::Nondeterminism, message);
        };
        // It has a count, so that is the likely reason.
        let message = "not decided: the program does something else when it is run again. Which thread drops the last clone of an `Arc` of std \
                       is not explored, nor how many there are: where something depends on that, keep a number of your own, behind a lock \
                       or in an atomic of `sync`. (Time, random numbers, addresses and state that outlives an execution have the same \
                       effect.) The `Arc` is used here"
            .to_owned();
        let at = Some((at.file().to_owned(), at.line()));
        Self { at, ..Self::new(engine, FailureKind::Nondeterminism, message) }
    }

    pub(crate) fn too_many_threads(engine: &Engine) -> Self {
        let message = format!(
            "a model may have at most {MAX_THREADS} threads at one time. One that has ended counts until it is joined"
        );
        Self::new(engine, FailureKind::Refused, message)
    }
}

/// Finds out where steps stand that were told of by addresses, and what the program calls what they access.
pub(crate) fn resolve_places(engine: &Engine, steps: &mut [Step]) {
    for step in steps {
        foreign::resolve_place(&mut step.at, engine.config.libraries);
        let name = |location| foreign::name_of_location(engine, location);
        step.name = step.name.take().or_else(|| step.location.and_then(name));
    }
}

pub(crate) fn story(engine: &Engine) -> Story<'_> {
    let Engine { search, log, cursor, notes, .. } = engine;
    Story { graph: &search.graph, log, taken: cursor, notes }
}

/// The threads that cannot go on, and why.
pub(crate) fn blocked(engine: &Engine) -> Vec<(usize, Blocked)> {
    let of = |(thread, status): (usize, &Status)| {
        let why = match *status {
            Status::Stuck(why) => why,
            Status::Asleep { .. } => Blocked::Asleep,
            Status::Joining(child) => Blocked::Joining(child.row),
            _ => return None,
        };
        Some((thread, why))
    };
    engine.status.iter().enumerate().filter_map(of).collect()
}
