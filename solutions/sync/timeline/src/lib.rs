//! A failing execution as a reader sees it: a timeline with a column for each thread, and the missing edge in words.
//!
//! It knows nothing of who found the execution: both engines hand over the same [`Execution`].

mod constants;
mod explain;
mod fold;
mod graph;
mod history;
mod json;
mod locks;
mod outcomes;
mod pointers;
mod source;
mod stuck;
mod table;

pub use graph::{Answer, Graph, Machines, Missing, Nearest, happens_before, modification_order};
pub use history::{Call, History};
pub use outcomes::{Outcome, Outcomes, Read};
pub use source::{provide as provide_source, provided as provided_source};
pub use table::{place, place_of};

use std::panic::Location;
use std::sync::atomic::Ordering;

/// An execution that fails.
#[derive(Clone, Debug)]
pub struct Execution {
    /// What went wrong, in a line.
    pub headline: String,
    /// What the explanation is about.
    pub cause: Cause,
    /// How many threads were started, the main one included.
    pub threads: usize,
    /// What happened, in an order in which every read comes after the write that it reads.
    pub steps: Vec<Step>,
    /// Its relations, and what else is known of it.
    pub graph: Graph,
    /// The calls that it consists of, if it fails because of those.
    pub history: Option<History>,
}

/// Why an execution fails.
#[derive(Clone, Debug)]
pub enum Cause {
    /// Two steps, accesses that nothing orders.
    Race(usize, usize),
    /// Threads that wait, asleep or spinning.
    Stuck(Vec<Waiting>),
    /// The headline says it.
    Other,
}

/// A thread that cannot go on.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The thread.
    pub thread: usize,
    /// The thread whose end it waits for.
    pub joins: Option<usize>,
    /// It waits for nothing: it has stopped for ever, as the model lets it.
    pub stopped: bool,
}

/// A place in the source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place<'a> {
    /// The file.
    pub file: &'a str,
    /// The line, from 1; 0 if the place is not known.
    pub line: u32,
    /// The column, from 1; 0 if it is not known.
    pub column: u32,
}

impl<'a> From<&'a Location<'_>> for Place<'a> {
    fn from(at: &'a Location<'_>) -> Self {
        Self { file: at.file(), line: at.line(), column: at.column() }
    }
}

/// One line of the timeline.
#[derive(Clone, Debug)]
pub struct Step {
    /// The thread; 0 is the main one.
    pub thread: usize,
    /// The place in the source.
    pub at: Place<'static>,
    /// `swap(true, Acquire)`: the operation without its receiver.
    pub text: String,
    /// What it returned.
    pub result: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// What it accesses: steps with the same number are on the same variable.
    pub object: Option<usize>,
    /// What the program calls it; `None`: the source at the place says so.
    pub name: Option<String>,
    /// The step whose write it reads; `None` if that is the initial value, or if it reads nothing.
    pub reads_from: Option<usize>,
    /// A read-modify-write that wrote what it read.
    pub repeats: bool,
    /// It reads a value although a newer one is written above.
    pub stale: bool,
    /// It writes a value that comes before one written above, in the modification order of the variable.
    pub overtaken: bool,
}

/// What a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An atomic access with the ordering in effect.
    Atomic {
        /// The ordering.
        order: Ordering,
        /// It reads.
        reads: bool,
        /// It writes.
        writes: bool,
    },
    /// A fence.
    Fence(Ordering),
    /// A plain access, or anything else: spawn, join, wait.
    Other,
}

impl Execution {
    /// The headline, the timeline and the explanation.
    pub fn render(&self) -> String {
        self.named().write()
    }

    /// The same as data, in one line of JSON: what stands in the columns, and what the explanation is about.
    pub fn to_json(&self) -> String {
        json::write(&self.named())
    }

    /// With names for addresses, locks and constants.
    fn named(&self) -> Self {
        let mut named = self.clone();
        pointers::name(&mut named);
        locks::name(&mut named);
        constants::name(&mut named);
        named
    }

    fn write(&self) -> String {
        let mut out = self.headline.clone() + "\n";
        if let Some(history) = &self.history {
            out.push('\n');
            out += &history.render();
        }
        if !self.steps.is_empty() {
            out.push('\n');
            table::render(&mut out, self);
        }
        if self.steps.iter().any(|step| step.stale) {
            out += "\n  (stale): there was a newer value, and nothing obliged this thread to see it.\n";
        }
        if self.steps.iter().any(|step| step.overtaken) {
            out += "\n  (already replaced): all threads agree on the order of the values of a variable, and in that order this one comes before one that is written above.\n";
        }
        match &self.cause {
            Cause::Race(first, second) => explain::race(&mut out, &self.steps, *first, *second),
            Cause::Stuck(threads) => stuck::explain(&mut out, &self.steps, threads),
            Cause::Other => {}
        }
        out
    }
}

/// The headline of a data race.
pub fn race_headline(first: usize, second: usize) -> String {
    format!(
        "data race: #{first} and #{second} use the same data, and neither happens before the other"
    )
}

/// The headline where the race is between the end of memory and its use.
pub fn free_headline(free: usize, used: usize) -> String {
    format!(
        "use after free: #{free} frees the memory while #{used} uses it, and neither happens before the other"
    )
}

/// The headline where threads spin for ever.
pub const LIVELOCK: &str =
    "livelock: every thread that still runs spins, and nothing can change what it reads";

/// The headline where a thread waits without looking.
pub const BLIND: &str = "livelock: a thread spins without looking. It gives one hint after the other, and performs no operation \
                         between them that could see a change";

/// The headline where threads sleep for ever.
pub const DEADLOCK: &str = "DEADLOCK: every thread is asleep or waits for one that is";

/// The headline where an execution is too long for the checker.
pub const UNDECIDED: &str =
    "not decided: the execution does not end. A loop that waits needs `hint::spin_loop()`";

/// The headline of a panic.
pub fn panic_headline(message: &str, place: Option<&str>) -> String {
    match place {
        // The runner looks for these words.
        _ if message.starts_with("not yet implemented") => message.to_owned(),
        None => format!("panicked: {message}"),
        // A check says in its own words what it asks for.
        Some(place) if place.starts_with("check:") => {
            compared(message, place).unwrap_or_else(|| format!("{message} ({place})"))
        }
        Some(place) if message.starts_with("assertion") => format!("at {place}: {message}"),
        Some(place) => format!("panicked at {place}: {message}"),
    }
}

/// What `assert_eq!(yours, expected, "words")` says, for checks compare in this order, and `assert_ne!`.
fn compared(message: &str, place: &str) -> Option<String> {
    let (words, values) = message.split_once("\n  left: ")?;
    let (left, right) = values.split_once("\n right: ")?;
    if let Some(words) = words.strip_prefix("assertion `left == right` failed: ") {
        return Some(format!("{words} ({place})\n     yours: {left}\n  expected: {right}"));
    }
    let words = words.strip_prefix("assertion `left != right` failed: ")?;
    Some(format!("{words} ({place})\n  both: {left}"))
}

/// Does an operation with this ordering learn what it reads was published with?
pub fn acquires(order: Ordering) -> bool {
    matches!(order, Ordering::Acquire | Ordering::AcqRel | Ordering::SeqCst)
}

/// Does an operation with this ordering publish what came before it?
pub fn releases(order: Ordering) -> bool {
    matches!(order, Ordering::Release | Ordering::AcqRel | Ordering::SeqCst)
}
