//! The machine-readable result.

use crate::verdict::{Outcome, State, Verdict};
use catalog::Exercise;
use libtest_mimic::Conclusion;
use serde::Serialize;
use std::path::Path;
use std::process::ExitCode;

/// What became of an exercise.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// The exercise; never changes.
    pub id: String,
    pub title: String,
    pub chapter: String,
    pub file: String,
    /// `to do`, `failing` or `passing`.
    pub state: &'static str,
    /// A few words for the board.
    pub note: String,
    pub checks: Vec<CheckEntry>,
}

/// What became of a check.
#[derive(Clone, Debug, Serialize)]
pub struct CheckEntry {
    pub name: String,
    /// `passed`, `to do` or `failed`.
    pub outcome: &'static str,
    /// Executions that the models of this check explored.
    pub executions: u64,
    /// A stated bound cut the search.
    pub bounded: bool,
    /// The whole report of a failure.
    pub report: Option<String>,
}

impl Entry {
    /// An exercise that was not run: `left` of its `todo!()`s are still there.
    pub fn to_do(exercise: &Exercise, left: usize) -> Self {
        let note = format!("{left} todo!() left in exercises/src/{}.rs", exercise.stem());
        Self::new(exercise, State::ToDo, note, Vec::new())
    }

    /// An exercise whose checks were run.
    pub fn graded(exercise: &Exercise, verdicts: &[Verdict]) -> Self {
        let state = State::of(verdicts);
        let note = match state {
            State::Failing => verdicts
                .iter()
                .find(|v| matches!(v.outcome, Outcome::Failed(_)))
                .map(Verdict::title)
                .unwrap_or_default(),
            State::ToDo => "a todo!() is left".into(),
            State::Passing => summary(verdicts),
        };
        Self::new(exercise, state, note, verdicts.iter().map(CheckEntry::of).collect())
    }

    fn new(exercise: &Exercise, state: State, note: String, checks: Vec<CheckEntry>) -> Self {
        let Exercise { id, title, chapter, file, .. } = exercise.clone();
        Self { id, title, chapter, file, state: state.name(), note, checks }
    }

    pub fn state(&self) -> State {
        let all = [State::ToDo, State::Failing, State::Passing];
        all.into_iter().find(|state| state.name() == self.state).expect("made from a state")
    }
}

/// `7 checks, 231 executions`, and how many of the checks have passed within bounds only.
pub fn summary(verdicts: &[Verdict]) -> String {
    let executions: u64 = verdicts.iter().map(Verdict::executions).sum();
    let bounds = match verdicts.iter().filter(|verdict| verdict.is_bounded()).count() {
        0 => String::new(),
        bounded => format!(", {bounded} passed within bounds"),
    };
    let mut names: Vec<_> = verdicts.iter().map(|v| v.check.name).collect();
    names.dedup();
    format!("{} checks, {executions} executions{bounds}", names.len())
}

impl CheckEntry {
    fn of(verdict: &Verdict) -> Self {
        let (outcome, report) = match &verdict.outcome {
            Outcome::Passed => ("passed", None),
            Outcome::ToDo => ("to do", None),
            Outcome::Failed(report) => ("failed", Some(report.clone())),
        };
        Self {
            name: verdict.title(),
            outcome,
            executions: verdict.executions(),
            bounded: verdict.is_bounded(),
            report,
        }
    }
}

/// Writes the result as JSON, and says how the process ends.
pub fn conclude(path: &Path, entries: &[Entry], conclusion: &Conclusion) -> ExitCode {
    match write(path, entries) {
        Ok(()) => conclusion.exit_code(),
        Err(error) => {
            eprintln!("{}: {error}", path.display());
            ExitCode::from(2)
        }
    }
}

fn write(path: &Path, entries: &[Entry]) -> std::io::Result<()> {
    #[derive(Serialize)]
    struct Report<'a> {
        version: u32,
        exercises: &'a [Entry],
    }
    let report = Report { version: 1, exercises: entries };
    let text = serde_json::to_string_pretty(&report).map_err(std::io::Error::other)?;
    std::fs::write(path, text + "\n")
}
