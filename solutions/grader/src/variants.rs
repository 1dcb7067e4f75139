//! Grades the grader: each known-wrong variant is rejected by the check and for the reason that it names, each known-right
//! one passes.

use crate::Subject;
use crate::child;
use crate::options::Options;
use crate::verdict::{self, Outcome, State};
use libtest_mimic::{Failed, Trial};
use std::process::ExitCode;

/// The `main` of the variants' test.
pub fn judge(subjects: Vec<Subject>) -> ExitCode {
    child::run_if_child(&subjects);
    let options = Options::read();
    let trials = subjects.into_iter().map(|subject| {
        let wrong = subject.name.contains("::wrong::");
        let judge = move || if wrong { is_rejected(&subject) } else { is_accepted(&subject) };
        Trial::test(subject.name, judge)
    });
    libtest_mimic::run(&options.test, trials.collect()).exit_code()
}

/// What a wrong variant says of itself in its first lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// `//! Rejected by: name_of_a_check`
    pub check: String,
    /// `//! Because: words of the report`
    pub because: String,
}

impl Expected {
    /// Reads the first lines of a variant's file. Empty words are none: every report has them.
    pub fn parse(text: &str) -> Option<Self> {
        let after = |key: &str| {
            text.lines().find_map(|line| {
                let words = line.strip_prefix("//! ")?.strip_prefix(key)?.trim();
                (!words.is_empty()).then(|| words.to_owned())
            })
        };
        Some(Self { check: after("Rejected by:")?, because: after("Because:")? })
    }
}

fn is_rejected(subject: &Subject) -> Result<(), Failed> {
    let source = subject.source.expect("a variant has a file");
    let text = std::fs::read_to_string(source).map_err(|error| format!("{source}: {error}"))?;
    let expected = Expected::parse(&text)
        .ok_or_else(|| format!("{source}: needs `//! Rejected by:` and `//! Because:`"))?;
    let check = subject.model.iter().find(|check| check.name == expected.check);
    let check = check.ok_or_else(|| format!("{source}: there is no check {}", expected.check))?;
    let world = child::worlds(check.kind)[0];
    match &child::run(subject, check, world, &[]).outcome {
        Outcome::Failed(report) if report.contains(&expected.because) => Ok(()),
        Outcome::Failed(report) => {
            Err(format!("rejected, but not because of {:?}:\n\n{report}", expected.because).into())
        }
        _ => Err(format!("{} did not reject it", check.name).into()),
    }
}

fn is_accepted(subject: &Subject) -> Result<(), Failed> {
    let verdicts = verdict::run_all(subject);
    match State::of(&verdicts) {
        State::Passing => Ok(()),
        _ => Err(format!("a false alarm:\n\n{}", verdict::describe(&verdicts)).into()),
    }
}
