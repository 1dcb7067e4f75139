//! What came of a check.

use crate::child::{self, World};
use crate::{Check, Subject};

/// How a check ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The subject does it.
    Passed,
    /// The subject came to a `todo!()`.
    ToDo,
    /// The subject does not do it; the report says why.
    Failed(String),
}

/// A check in one world, and how it ended.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The check.
    pub check: Check,
    /// Where it ran.
    pub world: World,
    /// How it ended.
    pub outcome: Outcome,
    /// It took too long and was ended.
    pub timed_out: bool,
    /// What the child printed on its standard output.
    pub output: String,
}

impl Verdict {
    /// How many executions the models of this check explored.
    pub fn executions(&self) -> u64 {
        let lines = self.output.lines().filter_map(|line| line.strip_prefix("explored "));
        lines.filter_map(|line| line.split(' ').next()?.parse::<u64>().ok()).sum()
    }

    /// Was there a bound that cut the search?
    pub fn is_bounded(&self) -> bool {
        self.output
            .lines()
            .any(|line| line.starts_with("explored ") && line.ends_with("within bounds"))
    }

    /// The first line of a failure.
    pub fn headline(&self) -> &str {
        match &self.outcome {
            Outcome::Passed if self.is_bounded() => "passed within bounds",
            Outcome::Passed => "passed",
            Outcome::ToDo => "to do",
            Outcome::Failed(report) => {
                report.lines().find(|line| !line.trim().is_empty()).unwrap_or("failed")
            }
        }
    }

    /// What the check is called in a report: where it ran matters only for real threads.
    pub fn title(&self) -> String {
        let with = if self.world == World::Real && self.check.kind == crate::Kind::Model {
            " (with real threads)"
        } else {
            ""
        };
        format!("{}{with}", self.check.name)
    }
}

/// Runs every check of `subject`. A check that fails in the model is not tried with real threads. After one that does not
/// end the others are not run: most likely they would not end either.
pub fn run_all(subject: &Subject) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for check in subject.model {
        for &world in child::worlds(check.kind) {
            let verdict = child::run(subject, check, world, &[]);
            let passed = verdict.outcome == Outcome::Passed;
            let timed_out = verdict.timed_out;
            verdicts.push(verdict);
            if timed_out {
                return verdicts;
            }
            if !passed {
                break;
            }
        }
    }
    verdicts
}

/// The state of an exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    ToDo,
    Failing,
    Passing,
}

impl State {
    /// What a list of verdicts makes of an exercise: one failure is a failure, however much is to do.
    pub fn of(verdicts: &[Verdict]) -> Self {
        if verdicts.iter().any(|v| matches!(v.outcome, Outcome::Failed(_))) {
            Self::Failing
        } else if verdicts.iter().any(|v| v.outcome == Outcome::ToDo) {
            Self::ToDo
        } else {
            Self::Passing
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::ToDo => "to do",
            Self::Failing => "failing",
            Self::Passing => "passing",
        }
    }

    pub const fn mark(self) -> &'static str {
        match self {
            Self::ToDo => "·",
            Self::Failing => "✗",
            Self::Passing => "✓",
        }
    }
}

/// The verdicts as a reader sees them: one failure whole, the others a line each.
pub fn describe(verdicts: &[Verdict]) -> String {
    let mut out = String::new();
    let mut whole = None;
    for verdict in verdicts {
        let title = verdict.title();
        match &verdict.outcome {
            Outcome::Passed if verdict.is_bounded() => {
                out += &format!("  ✓ {title}: {}\n", verdict.headline());
            }
            Outcome::Passed => out += &format!("  ✓ {title}\n"),
            Outcome::ToDo => out += &format!("  · {title}: comes to a `todo!()`\n"),
            Outcome::Failed(report) => {
                out += &format!("  ✗ {title}: {}\n", verdict.headline());
                whole = whole.or(Some((title, report)));
            }
        }
    }
    if verdicts.iter().any(|verdict| verdict.timed_out) {
        out += "  (the checks after it were not run)\n";
    }
    if let Some((title, report)) = whole {
        out += &format!("\n{title}\n\n{report}\n");
    }
    out
}
