//! What came of a check, and of all checks of a subject.

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
            orderings: Vec::new(),
        }
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
        !self.crashed && !matches!(self.outcome, Outcome::Endless | Outcome::Undecided)
    }
}

/// The state of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// A `todo!()` is left.
    #[serde(rename = "to do")]
    ToDo,
    /// The compiler rejects it.
    #[serde(rename = "does not compile")]
    Broken,
    /// A check fails.
    #[serde(rename = "failing")]
    Failing,
    /// Every check passes.
    #[serde(rename = "passing")]
    Passing,
}

/// All states, as the board counts them.
pub const STATES: [State; 4] = [State::Passing, State::Failing, State::Broken, State::ToDo];

impl State {
    /// What a list of verdicts makes of a subject: one failure is a failure, however much is to do.
    pub fn of(verdicts: &[Verdict]) -> Self {
        let any = |wanted: fn(Outcome) -> bool| verdicts.iter().any(|v| wanted(v.outcome));
        if any(|outcome| !matches!(outcome, Outcome::Passed | Outcome::ToDo)) {
            Self::Failing
        } else if any(|outcome| outcome == Outcome::ToDo) {
            Self::ToDo
        } else {
            Self::Passing
        }
    }

    /// As it is shown.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ToDo => "to do",
            Self::Broken => "does not compile",
            Self::Failing => "failing",
            Self::Passing => "passing",
        }
    }

    /// Its mark on the board.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::ToDo => "·",
            Self::Broken | Self::Failing => "✗",
            Self::Passing => "✓",
        }
    }

    /// Is it a failure, where `to do` is none?
    pub const fn is_failure(self) -> bool {
        matches!(self, Self::Broken | Self::Failing)
    }
}

/// What the compiler says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// `error` or `warning`.
    pub level: String,
    /// The number of the error, such as `E0308`.
    pub code: Option<String>,
    /// In a line.
    pub message: String,
    /// Where, below the root.
    pub file: Option<String>,
    /// From 1.
    pub line: Option<u64>,
    /// From 1.
    pub column: Option<u64>,
    /// As the compiler shows it in a terminal, without colours.
    pub rendered: String,
}

/// What came of a subject.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Judged {
    /// Its state.
    pub state: State,
    /// `todo!()`s that are left in the file.
    pub left: usize,
    /// What the compiler said, if it rejects the file.
    pub diagnostics: Vec<Diagnostic>,
    /// The checks that were run.
    pub verdicts: Vec<Verdict>,
    /// Checks after one that does not end were not run.
    pub cut: bool,
    /// Nothing that the verdict depends on has changed since it was judged before.
    #[serde(skip)]
    pub as_before: bool,
}

impl Judged {
    /// A file that has `left` `todo!()`s.
    pub fn to_do(left: usize) -> Self {
        Self { left, ..Self::of(State::ToDo) }
    }

    /// A file that the compiler rejects.
    pub fn broken(diagnostics: Vec<Diagnostic>) -> Self {
        Self { diagnostics, ..Self::of(State::Broken) }
    }

    /// A file whose checks were run.
    pub fn checked(verdicts: Vec<Verdict>, cut: bool) -> Self {
        Self { cut, ..Self { verdicts: verdicts.clone(), ..Self::of(State::of(&verdicts)) } }
    }

    fn of(state: State) -> Self {
        Self { state, left: 0, diagnostics: Vec::new(), verdicts: Vec::new(), cut: false, as_before: false }
    }

    /// The failure to tell first: what is decided comes before what is not; then the order of the checks, which is from basic to
    /// subtle.
    pub fn first_failure(&self) -> Option<&Verdict> {
        [Outcome::Failed, Outcome::Endless, Outcome::Undecided]
            .into_iter()
            .find_map(|outcome| self.verdicts.iter().find(|verdict| verdict.outcome == outcome))
    }

    /// May it be remembered?
    pub fn is_settled(&self) -> bool {
        !self.cut
            && matches!(self.state, State::Passing | State::Failing)
            && self.verdicts.iter().all(Verdict::is_settled)
    }

    /// Executions of all models.
    pub fn executions(&self) -> u64 {
        self.verdicts.iter().map(|verdict| verdict.executions).sum()
    }

    /// The checks by name, each once.
    pub fn checks(&self) -> usize {
        let mut names: Vec<_> = self.verdicts.iter().map(|verdict| &verdict.name).collect();
        names.dedup();
        names.len()
    }
}
