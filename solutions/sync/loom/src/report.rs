//! Hands a failing execution over to the timeline, tells the judge, and ends the process.

use crate::exec::{self, Exec, Kind};
use protocol::{Message, say};
use std::panic::Location;
use timeline::{Cause, Execution, Graph, Step, Waiting};

/// Why an execution failed.
#[derive(Debug)]
pub struct Failure {
    headline: String,
    kind: FailureKind,
}

#[derive(Debug)]
enum FailureKind {
    Race(usize, usize),
    Stuck,
    Other,
}

impl Failure {
    /// A data race between the events `first` and `second`.
    pub fn race(first: usize, second: usize) -> Self {
        Self {
            headline: timeline::race_headline(first, second),
            kind: FailureKind::Race(first, second),
        }
    }

    /// All threads spin.
    pub fn livelock() -> Self {
        Self { headline: timeline::LIVELOCK.into(), kind: FailureKind::Stuck }
    }

    /// A panic, of the code under test or of the engine.
    pub fn panic(message: &str, at: Option<&Location<'_>>) -> Self {
        if message.starts_with("deadlock;") {
            Self { headline: timeline::DEADLOCK.into(), kind: FailureKind::Stuck }
        } else if message.contains("maximum number of branches") {
            Self { headline: timeline::UNDECIDED.into(), kind: FailureKind::Stuck }
        } else {
            Self {
                headline: timeline::panic_headline(message, at.map(timeline::place_of).as_deref()),
                kind: FailureKind::Other,
            }
        }
    }
}

/// Tells the report and ends the process, before any unwinding can run the code under test again.
pub fn fail(failure: &Failure) -> ! {
    end(exec::with(|exec| execution(exec, failure)), &failure.headline)
}

/// As [`fail`], for a caller that has the execution.
pub fn fail_in(exec: &Exec, failure: &Failure) -> ! {
    end(Some(execution(exec, failure)), &failure.headline)
}

fn end(execution: Option<Execution>, headline: &str) -> ! {
    if let Some(execution) = execution.as_ref().filter(|_| protocol::is_open()) {
        say(&Message::Execution(execution.to_json()));
    }
    let report = execution.map_or_else(|| headline.to_owned(), |execution| execution.render());
    let message = match headline == timeline::UNDECIDED {
        true => Message::Undecided(report.clone()),
        false => Message::Failed(report.clone()),
    };
    if !say(&message) {
        eprintln!("{report}");
    }
    std::process::exit(101)
}

fn execution(exec: &Exec, failure: &Failure) -> Execution {
    let waiting = (0..exec.started).filter(|&thread| !exec.ended[thread]);
    let cause = match failure.kind {
        FailureKind::Race(first, second) => Cause::Race(first, second),
        FailureKind::Stuck => Cause::Stuck(
            waiting.map(|thread| Waiting { thread, joins: None, stopped: false }).collect(),
        ),
        FailureKind::Other => Cause::Other,
    };
    let steps = exec.events.iter().map(|event| step(exec, event)).collect();
    Execution {
        headline: failure.headline.clone(),
        cause,
        threads: exec.started,
        steps,
        graph: Graph::default(),
        history: None,
    }
}

fn step(exec: &Exec, event: &exec::Event) -> Step {
    let mut variable = None;
    let (kind, read, wrote, stale) = match event.kind {
        Kind::Atomic { object, read, wrote, order, stale } => {
            variable = Some(object);
            let writes = &exec.objects[object].writes;
            let (reads, changes) = (read.is_some(), wrote.is_some());
            let kind = timeline::Kind::Atomic { order, reads, writes: changes };
            (kind, read.map(|index| &writes[index]), wrote.map(|index| &writes[index]), stale)
        }
        Kind::Fence(order) => (timeline::Kind::Fence(order), None, None, false),
        Kind::Plain | Kind::Other => (timeline::Kind::Other, None, None, false),
    };
    Step {
        thread: event.thread,
        at: event.at.into(),
        text: event.text.clone(),
        result: event.result.clone(),
        kind,
        object: variable,
        name: None,
        reads_from: read.and_then(|write| write.event),
        repeats: read.zip(wrote).is_some_and(|(read, wrote)| read.value == wrote.value),
        stale,
        overtaken: false,
    }
}
