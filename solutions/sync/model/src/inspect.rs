//! What else a judge asks of a model than whether it passes.
//!
//! With `LOCKSMITH_EXPLORE=MOST` every model tells of its executions, of at most so many, and ends with no verdict. With
//! `LOCKSMITH_REPLAY=ID` one execution is run, and the process ends.
//!
//! The name of an execution is that of its trail; in a check with several models, the number of the model stands before it.

use crate::report;
use protocol::{Message, say};
use rc11::{Builder, Execution, Report, Trail};
use std::env;
use std::io::{Write as _, stdout};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use timeline::Outcomes;

/// Executions that are begun to answer a question about a failure.
const QUESTION: u64 = 5_000;

/// The models that have begun in this process.
static MODELS: AtomicUsize = AtomicUsize::new(0);

pub type Program = Arc<dyn Fn() + Send + Sync>;

/// What is asked.
pub enum Task {
    /// Whether the model passes.
    Verdict,
    /// All its executions.
    Explore(u64),
    /// This one.
    Replay(Trail),
}

/// What is asked of the model that begins now, and its number.
///
/// A name that is none is told, and ends the process.
///
/// # Panics
///
/// Panics if the judge gives no number.
pub fn task() -> (Task, usize) {
    // Relaxed: only the number matters; the models of a check begin one after the other.
    let number = 1 + MODELS.fetch_add(1, Ordering::Relaxed);
    if let Ok(most) = env::var("LOCKSMITH_EXPLORE") {
        return (Task::Explore(most.parse().expect("a number")), number);
    }
    let Ok(id) = env::var("LOCKSMITH_REPLAY") else { return (Task::Verdict, number) };
    let (of, trail) = id.split_once('-').unwrap_or(("1", &id));
    let task = match trail.parse() {
        // Another model: it must be run, for what comes after it may ask what it did.
        Ok(_) if of != number.to_string() => Task::Verdict,
        Ok(trail) => Task::Replay(trail),
        Err(error) => {
            say(&Message::Failed(error.to_string()));
            std::process::exit(0)
        }
    };
    (task, number)
}

/// The name of an execution of the model with this number.
pub fn id(number: usize, trail: &Trail) -> String {
    if number == 1 { trail.to_string() } else { format!("{number}-{trail}") }
}

/// After a failure: how many executions each question may take. None is asked where nobody listens, or where the judge says so.
pub fn questions() -> u64 {
    let is_asked = protocol::is_open() && env::var_os("LOCKSMITH_UNASKED").is_none();
    if is_asked { QUESTION } else { 0 }
}

/// Tells of all executions of the model. `text` is the program, where the check has made it. How many there were is returned as for a verdict.
pub fn explore(builder: &Builder, number: usize, program: Program, text: Option<&str>) -> Report {
    let outcomes: Arc<Mutex<Outcomes>> = Arc::default();
    let sink = outcomes.clone();
    let builder = builder.clone().minimize(0);
    let explored = builder.explore(
        move || program(),
        move |execution| {
            let told = told(execution, number);
            let mut outcomes = sink.lock().unwrap_or_else(PoisonError::into_inner);
            outcomes.add(told, execution.failure.is_some());
        },
    );
    let outcomes = outcomes.lock().unwrap_or_else(PoisonError::into_inner);
    say(&Message::Answer(outcomes.to_json(explored.complete, text)));
    explored
}

/// Runs a model that nobody wants to look at. A failure ends nothing.
pub fn pass_by(builder: &Builder, program: Program) -> Report {
    builder.clone().minimize(0).explore(move || program(), |_| ())
}

/// A check that counts has run a model. If it is explored: how many executions it has counted.
pub fn counted(report: &Report) {
    if env::var_os("LOCKSMITH_EXPLORE").is_some() {
        say(&Message::Answer(format!(r#"{{"counted":{}}}"#, report.begun())));
    }
}

/// Runs one execution of the model, tells of it, and ends the process. Between what it prints there are marks, of events that have
/// happened by then.
pub fn replay(builder: &Builder, number: usize, trail: &Trail, program: Program) -> ! {
    flush();
    eprint!("{}", protocol::REPLAY);
    let builder = builder.clone().on_event(|thread, number| {
        flush();
        eprintln!("{}{thread} {number}", protocol::EVENT);
    });
    if let Some(execution) = builder.replay(trail, move || program()) {
        flush();
        let told = told(&execution, number);
        say(&Message::Execution(told.to_json()));
        say(&Message::Answer(told.render()));
        let lines = execution.steps.iter().filter(|step| step.is_shown());
        let events = lines.map(|step| format!("{} {}", step.thread, step.number));
        say(&Message::Answer(events.collect::<Vec<_>>().join("\n")));
        if execution.failure.is_some() {
            say(&Message::Failed(told.render()));
        }
    }
    say(&Message::Passed);
    std::process::exit(0)
}

/// What is printed goes to the same pipe as the marks, and a line that is not whole yet would come too late.
fn flush() {
    // If nobody listens, nothing is lost.
    let _ = stdout().flush();
}

fn told(execution: &Execution, number: usize) -> timeline::Execution {
    let mut told = match &execution.failure {
        Some(failure) => report::execution(failure),
        None => report::passed(execution),
    };
    told.graph.id = Some(id(number, &execution.trail));
    told
}
