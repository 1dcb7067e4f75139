//! What came of a subject.

use crate::lines::wrapped;
use crate::verdict::{Outcome, Verdict};
use serde::{Deserialize, Serialize};

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
    /// The machine does not let it be compiled, because of a full disk for example: nothing is known of the file.
    #[serde(rename = "not judged")]
    NotJudged,
}

/// All states, as the board counts them.
pub const STATES: [State; 5] =
    [State::Passing, State::Failing, State::Broken, State::NotJudged, State::ToDo];

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
            Self::NotJudged => "not judged",
        }
    }

    /// After "is".
    pub const fn in_a_sentence(self) -> &'static str {
        match self {
            Self::ToDo => "still to do",
            Self::Broken => "rejected by the compiler",
            Self::Failing => "failing",
            Self::Passing => "passing",
            Self::NotJudged => "not judged",
        }
    }

    /// Its mark on the board.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::ToDo => "·",
            Self::Broken | Self::Failing => "✗",
            Self::Passing => "✓",
            Self::NotJudged => "?",
        }
    }

    /// Is it done?
    pub const fn is_passing(self) -> bool {
        matches!(self, Self::Passing)
    }

    /// Is it a failure, where `to do` is none?
    pub const fn is_failure(self) -> bool {
        matches!(self, Self::Broken | Self::Failing | Self::NotJudged)
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

impl Diagnostic {
    /// Is it about the machine, and not about the code? It is at no place in a file, and names an error of the system's; or the linker
    /// has failed, and not for want of a name or because one is there twice.
    fn is_of_the_machine(&self) -> bool {
        let said = self.rendered.to_lowercase();
        let of_names = ["undefined", "unresolved", "duplicate", "multiple definition"];
        let links = self.message.starts_with("linking with");
        self.file.is_none()
            && (said.contains("os error")
                || links && !of_names.iter().any(|words| said.contains(words)))
    }

    /// An error that the compiler does not know of.
    pub fn error(message: String) -> Self {
        Self { level: "error".into(), rendered: wrapped(&message), message, ..Self::default() }
    }
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

    /// A file that the compiler rejects; or one of which it cannot say anything, as far as its errors tell.
    pub fn broken(diagnostics: Vec<Diagnostic>) -> Self {
        let state = if diagnostics.iter().any(Diagnostic::is_of_the_machine) {
            State::NotJudged
        } else {
            State::Broken
        };
        Self { diagnostics, ..Self::of(state) }
    }

    /// A file whose checks were run.
    pub fn checked(verdicts: Vec<Verdict>, cut: bool) -> Self {
        Self { cut, ..Self { verdicts: verdicts.clone(), ..Self::of(State::of(&verdicts)) } }
    }

    fn of(state: State) -> Self {
        Self {
            state,
            left: 0,
            diagnostics: Vec::new(),
            verdicts: Vec::new(),
            cut: false,
            as_before: false,
        }
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

#[cfg(test)]
mod tests {
    use super::Judged;
    use crate::verdict::{Outcome, Verdict};
    use grader::{Kind, World};

    /// The name of the check that is told first, where the checks come to this, in their order.
    fn told_first(outcomes: &[Outcome]) -> Option<String> {
        let verdict = |(number, outcome): (usize, &Outcome)| Verdict {
            outcome: *outcome,
            ..Verdict::new(&number.to_string(), Kind::Model, World::Model)
        };
        let verdicts = outcomes.iter().enumerate().map(verdict).collect();
        Judged::checked(verdicts, false).first_failure().map(|verdict| verdict.name.clone())
    }

    #[test]
    fn decided_failure_is_told_before_one_that_is_not_and_else_the_first_check() {
        use Outcome::{Endless, Failed, Passed, ToDo, Undecided};
        assert_eq!(told_first(&[Undecided, Endless, Failed, Failed]).as_deref(), Some("2"));
        assert_eq!(told_first(&[Passed, Undecided, Endless]).as_deref(), Some("2"));
        assert_eq!(told_first(&[ToDo, Undecided, Undecided]).as_deref(), Some("1"));
        assert_eq!(told_first(&[Passed, ToDo]), None);
    }
}
