//! All executions of a model, by what comes of them.

use crate::{Execution, Step, json, place_of, pointers, source};
use std::collections::BTreeMap;

/// An outcome beyond so many is only counted.
const MOST: usize = 64;

/// What a thread has read last in some place of the source.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Read {
    /// The thread.
    pub thread: usize,
    /// `guard.rs:31`.
    pub place: String,
    /// `locked.swap`.
    pub operation: String,
    /// What it returned.
    pub value: String,
    /// The thread that wrote it, if one did.
    pub from: Option<usize>,
}

/// Executions with the same outcome: in each place, each thread last reads the same, from the same thread.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How many.
    pub executions: u64,
    /// They fail.
    pub fails: bool,
    /// The shortest of them.
    pub execution: Execution,
}

/// All executions of a model.
#[derive(Clone, Debug, Default)]
pub struct Outcomes {
    known: BTreeMap<(bool, Vec<Read>), Outcome>,
    left_out: u64,
}

impl Outcomes {
    /// One more.
    pub fn add(&mut self, execution: Execution, fails: bool) {
        let mut named = execution;
        pointers::name(&mut named);
        let reads = reads(&named.steps);
        let is_full = self.known.len() >= MOST;
        match self.known.get_mut(&(fails, reads.clone())) {
            Some(outcome) => {
                outcome.executions += 1;
                if named.steps.len() < outcome.execution.steps.len() {
                    outcome.execution = named;
                }
            }
            None if is_full => self.left_out += 1,
            None => {
                let outcome = Outcome { executions: 1, fails, execution: named };
                self.known.insert((fails, reads), outcome);
            }
        }
    }

    /// The outcomes, those that fail last. They have an order of their own, which is the same each time.
    pub fn all(&self) -> impl Iterator<Item = &Outcome> {
        self.known.values()
    }

    /// As data, in a line of JSON. `complete`: there are no more executions; `program`: what was run, where a check has made it.
    pub fn to_json(&self, complete: bool, program: Option<&str>) -> String {
        let executions: u64 = self.all().map(|outcome| outcome.executions).sum();
        let of_read = |read: &Read| {
            let Read { thread, place, operation, value, from } = read;
            format!(
                r#"{{"thread":{thread},"place":{},"operation":{},"value":{},"from":{}}}"#,
                json::string(place),
                json::string(operation),
                json::string(value),
                json::or_null(*from),
            )
        };
        let of_outcome = |outcome: &&Outcome| {
            let named = outcome.execution.named();
            format!(
                r#"{{"executions":{},"verdict":"{}","reads":{},"execution":{}}}"#,
                outcome.executions,
                if outcome.fails { "fails" } else { "passes" },
                json::list(&reads(&named.steps), of_read),
                json::write(&named),
            )
        };
        let outcomes: Vec<&Outcome> = self.all().collect();
        format!(
            r#"{{"program":{},"executions":{},"complete":{complete},"left_out":{},"outcomes":{}}}"#,
            program.map_or_else(|| "null".to_owned(), json::string),
            executions + self.left_out,
            self.left_out,
            json::list(&outcomes, of_outcome),
        )
    }
}

/// What each thread has read last, in each place.
fn reads(steps: &[Step]) -> Vec<Read> {
    let mut last: BTreeMap<(usize, String, String), (String, Option<usize>)> = BTreeMap::new();
    for step in steps {
        let Some(value) = &step.result else { continue };
        let name = step.text.split('(').next().unwrap_or_default();
        let variable = source::variable(step);
        let operation = variable.map_or_else(|| name.to_owned(), |of| format!("{of}.{name}"));
        let from = step.reads_from.map(|write| steps[write].thread);
        last.insert((step.thread, place_of(step.at), operation), (value.clone(), from));
    }
    let read = |((thread, place, operation), (value, from))| Read {
        thread,
        place,
        operation,
        value,
        from,
    };
    last.into_iter().map(read).collect()
}
