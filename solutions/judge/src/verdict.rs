//! What came of a check.

use crate::child::LEFT;
use grader::{Kind, World};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// The subject does it.
    #[serde(rename = "passed")]
    Passed,
    /// The subject came to a `todo!()`.
    #[serde(rename = "to do")]
    ToDo,
    /// The subject does not do it; the report says why.
    #[serde(rename = "failed")]
    Failed,
    /// It was ended, for it came to no end by itself; the report says what was seen.
    #[serde(rename = "does not end")]
    Endless,
    /// The checker has found no fault, and has not looked at everything.
    #[serde(rename = "not decided")]
    Undecided,
}

/// A check in one world, and how it ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Verdict {
    /// The check.
    pub name: String,
    /// `fact`, `model` or `counted`.
    pub kind: String,
    /// It ran with real threads, and not over the model checker.
    pub real: bool,
    /// How it ended.
    pub outcome: Outcome,
    /// How many executions the models of this check explored.
    pub executions: u64,
    /// A stated bound cut the search.
    pub bounded: bool,
    /// What went wrong, in full; empty if nothing did.
    pub report: String,
    /// The failing execution as data.
    pub execution: Option<Value>,
    /// What the code under test has printed: the beginning and the end of it.
    pub output: String,
    /// Processor time, in milliseconds, as far as it was told.
    pub cpu_ms: u64,
    /// The system ended the process, by a signal or for a limit: another run may end in another way.
    pub crashed: bool,
    /// Its models were left after their first executions, which pass.
    #[serde(skip)]
    pub left: bool,
    /// It had come so far that nobody needs to know how it ends if another check has failed.
    #[serde(skip)]
    pub far: bool,
    /// What was asked for, if that was no verdict.
    #[serde(skip)]
    pub answers: Vec<String>,
    /// Orderings that the models met, if that was asked for.
    #[serde(skip)]
    pub orderings: Vec<String>,
}

impl Verdict {
    /// A check of which nothing is known yet.
    pub fn new(name: &str, kind: Kind, world: World) -> Self {
        Self {
            name: name.to_owned(),
            kind: kind.name().to_owned(),
            real: world == World::Real,
            outcome: Outcome::Failed,
            executions: 0,
            bounded: false,
            report: String::new(),
            execution: None,
            output: String::new(),
            cpu_ms: 0,
            crashed: false,
            left: false,
            far: false,
            answers: Vec::new(),
            orderings: Vec::new(),
        }
    }

    /// What is said of it where nobody waits for its end.
    pub fn left(self) -> Self {
        let Self { name, kind, cpu_ms, .. } = self;
        let new = Self::new("", Kind::Model, World::Model);
        let (report, outcome) = (LEFT.to_owned(), Outcome::Undecided);
        Self { name, kind, cpu_ms, report, outcome, left: true, ..new }
    }

    /// The first line of a failure.
    pub fn headline(&self) -> &str {
        match self.outcome {
            Outcome::Passed if self.bounded => "passed within bounds",
            Outcome::Passed => "passed",
            Outcome::ToDo => "to do",
            _ => self.report.lines().find(|line| !line.trim().is_empty()).unwrap_or("failed"),
        }
    }

    /// What the check is called in a report: where it ran matters only for real threads.
    pub fn title(&self) -> String {
        let is_stress = self.real && self.kind == Kind::Model.name();
        format!("{}{}", self.name, if is_stress { " (with real threads)" } else { "" })
    }

    /// Would another run end in the same way?
    pub fn is_settled(&self) -> bool {
        // What is left is left after a number of executions, on any machine.
        self.left || !self.crashed && !matches!(self.outcome, Outcome::Endless | Outcome::Undecided)
    }
}
