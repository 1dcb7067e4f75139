//! A failure in words and as a timeline: one column for each thread.

mod explain;
mod table;

use crate::exec::{self, Exec, Kind};
use std::panic::Location;

/// Why an execution failed.
#[derive(Debug)]
pub struct Failure {
    headline: String,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    /// Two accesses that nothing orders.
    Race(usize, usize),
    /// Threads that wait, asleep or spinning.
    Stuck,
    /// The headline says it.
    Other,
}

impl Failure {
    /// A data race between the events `first` and `second`.
    pub fn race(first: usize, second: usize) -> Self {
        let headline = format!(
            "data race: #{first} and #{second} use the same data, and neither happens before the other"
        );
        Self { headline, cause: Cause::Race(first, second) }
    }

    /// All threads spin.
    pub fn livelock() -> Self {
        let headline =
            "livelock: every thread that still runs spins, and nothing can change what it reads";
        Self { headline: headline.into(), cause: Cause::Stuck }
    }

    /// A panic, of the code under test or of the engine.
    pub fn panic(message: &str, at: Option<&Location<'_>>) -> Self {
        let (headline, cause) = if message.starts_with("deadlock;") {
            ("DEADLOCK: every thread is asleep or waits for one that is".into(), Cause::Stuck)
        } else if message.contains("maximum number of branches") {
            let headline = "not decided: the execution does not end. A loop that waits needs `hint::spin_loop()`";
            (headline.into(), Cause::Stuck)
        } else if message.starts_with("not yet implemented") {
            (message.to_owned(), Cause::Other)
        } else {
            let place = at.map(|at| format!(" at {}", table::place(at))).unwrap_or_default();
            let panicked = !message.starts_with("assertion");
            let what =
                if panicked { format!("panicked{place}: ") } else { format!("{}: ", place.trim()) };
            (what + message, Cause::Other)
        };
        Self { headline, cause }
    }
}

/// Prints the report and ends the process, before any unwinding can run the code under test again.
pub fn fail(failure: &Failure) -> ! {
    match exec::with(|exec| render(exec, failure)) {
        Some(report) => eprintln!("{report}"),
        None => eprintln!("{}", failure.headline),
    }
    std::process::exit(101)
}

/// As [`fail`], for a caller that has the execution.
pub fn fail_in(exec: &Exec, failure: &Failure) -> ! {
    eprintln!("{}", render(exec, failure));
    std::process::exit(101)
}

fn render(exec: &Exec, failure: &Failure) -> String {
    let mut out = failure.headline.clone() + "\n\n";
    table::render(&mut out, exec);
    if exec.events.iter().any(|e| matches!(e.kind, Kind::Atomic { stale: true, .. })) {
        out += "\n  (stale): there was a newer value, and nothing obliged this thread to see it.\n";
    }
    match failure.cause {
        Cause::Race(first, second) => explain::race(&mut out, exec, first, second),
        Cause::Stuck => explain::stuck(&mut out, exec),
        Cause::Other => {}
    }
    out
}
