//! Grades the grader: each known-wrong variant is rejected by the check and for the reason that it names, each known-right
//! one passes. Where the book shows the report of a wrong one, it shows what the grader says now.

use crate::Subject;
use crate::child;
use crate::options::Options;
use crate::verdict::{self, Outcome, State};
use catalog::variants::Expected;
use libtest_mimic::{Failed, Trial};
use std::path::PathBuf;
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

fn is_rejected(subject: &Subject) -> Result<(), Failed> {
    let source = subject.source.expect("a variant has a file");
    let text = std::fs::read_to_string(source).map_err(|error| format!("{source}: {error}"))?;
    let expected = Expected::parse(&text)
        .ok_or_else(|| format!("{source}: needs `//! Rejected by:` and `//! Because:`"))?;
    let mut checks = subject.model.iter().chain(subject.real);
    let check = checks.find(|check| check.name == expected.check);
    let check = check.ok_or_else(|| format!("{source}: there is no check {}", expected.check))?;
    let world = child::worlds(check.kind)[0];
    let verdict = child::run(subject, check, world, &[]);
    match &verdict.outcome {
        Outcome::Failed(report) if report.contains(&expected.because) => {
            is_shown(subject, &format!("{}\n\n{report}\n", verdict.title()))
        }
        Outcome::Failed(report) => {
            Err(format!("rejected, but not because of {:?}:\n\n{report}", expected.because).into())
        }
        _ => Err(format!("{} did not reject it", check.name).into()),
    }
}

/// Where the book shows the report of `subject`, if it does: `src/timelines/ch04_spin_lock/guard-relaxed_unlock.txt`.
fn shown_at(subject: &Subject) -> Option<PathBuf> {
    let (stem, variant) = subject.name.split_once("::wrong::")?;
    let file = format!("{}-{variant}.txt", stem.replace("::", "/"));
    Some(catalog::root().join("src/timelines").join(file)).filter(|path| path.is_file())
}

/// Holds the book to what the grader says; `LOCKSMITH_TIMELINES=write` writes that into the book (`ci/timelines`).
fn is_shown(subject: &Subject, report: &str) -> Result<(), Failed> {
    let Some(path) = shown_at(subject) else { return Ok(()) };
    if std::env::var("LOCKSMITH_TIMELINES").is_ok_and(|value| value == "write") {
        return std::fs::write(&path, report).map_err(|error| error.to_string().into());
    }
    // A checkout may have changed the ends of lines.
    let shown = std::fs::read_to_string(&path).map(|text| text.replace("\r\n", "\n"));
    if shown.is_ok_and(|shown| shown == report) {
        return Ok(());
    }
    let path = path.display();
    Err(format!("{path} is not what the grader says now, run `ci/timelines`:\n\n{report}").into())
}

fn is_accepted(subject: &Subject) -> Result<(), Failed> {
    let verdicts = verdict::run_all(subject);
    match State::of(&verdicts) {
        State::Passing => Ok(()),
        _ => Err(format!("a false alarm:\n\n{}", verdict::describe(&verdicts)).into()),
    }
}
