//! A failure that was seen.

use super::Kind;
use super::state::last_event;
use crate::core::clock::Clock;
use crate::core::timeline::{ACCESS, Note, Place, Step, tell};
use crate::runtime::failure::{Failure, FailureKind, story};
use crate::runtime::state::Engine;

/// An access that is part of a failure.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    pub thread: usize,
    /// How many events of its thread came before it.
    pub epoch: usize,
    pub kind: Kind,
    /// Does it happen before the other?
    pub is_known: bool,
    pub place: Place,
}

impl Seen {
    fn note(&self) -> Note {
        let what = match self.kind {
            kind if kind.frees() => "free the memory",
            kind if kind.is_atomic() && kind.writes() => "write (atomic)",
            kind if kind.is_atomic() => "read (atomic)",
            kind if kind.writes() => "write",
            _ => "read",
        };
        Note {
            thread: self.thread,
            after: self.epoch,
            at: self.place,
            op: ACCESS,
            text: what.into(),
        }
    }

    fn verb(&self) -> &'static str {
        match self.kind {
            kind if kind.frees() => "frees",
            kind if kind.writes() => "writes",
            _ => "reads",
        }
    }
}

impl Failure {
    /// Two accesses to plain memory that must not meet: nothing orders them, or the first has freed the memory. The second is about to
    /// be made by the current thread.
    pub(crate) fn seen(engine: &mut Engine, first: &Seen, second: &Seen) -> Self {
        let mut led_here = Clock::default();
        for seen in [first, second] {
            if let Some(last) = last_event(seen.thread, seen.epoch) {
                led_here.join(&engine.search.graph.event(last).porf);
            }
        }
        let notes = engine.notes.len();
        engine.notes.extend([first.note(), second.note()]);
        let told = tell(story(engine), &led_here, last_event(second.thread, second.epoch));
        let steps = &told.steps;
        engine.notes.truncate(notes);
        let at = |thread| {
            let is_it = |step: &Step| step.op == ACCESS && step.thread == thread;
            steps.iter().position(is_it)
        };
        let both = if first.thread == second.thread {
            let mut both = steps.iter().enumerate().filter(|(_, step)| step.op == ACCESS);
            both.next().zip(both.next()).map(|((a, _), (b, _))| (a, b))
        } else {
            at(first.thread).zip(at(second.thread)).map(|(a, b)| (a.min(b), a.max(b)))
        };
        let place = Some((second.place.file().to_owned(), second.place.line()));
        if first.is_known {
            let who = match first.thread {
                thread if thread == second.thread => "it".to_owned(),
                thread => format!("thread {thread}"),
            };
            let by = both.map(|(a, _)| format!(" (#{a})")).unwrap_or_default();
            let (file, line) = (first.place.file(), first.place.line());
            let file = file.rsplit(['/', '\\']).next().unwrap_or_default();
            let message = match second.kind.frees() {
                true => format!(
                    "memory was freed for the second time: thread {} frees it, and {who} has freed it before, at {file}:{line}{by}",
                    second.thread
                ),
                false => format!(
                    "use after free: thread {} {} memory that {who} has freed before, at {file}:{line}{by}",
                    second.thread,
                    second.verb(),
                ),
            };
            return Self {
                at: place,
                was_seen: true,
                ..Self::of(FailureKind::Memory, message, engine, told)
            };
        }
        let message = match both {
            Some((a, b)) => format!("data race: nothing orders #{a} and #{b}"),
            None => "data race".to_owned(),
        };
        Self { race: both, was_seen: true, ..Self::of(FailureKind::Race, message, engine, told) }
    }
}
