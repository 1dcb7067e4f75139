//! Verifies the reference solutions: every check passes, and every ordering is shown to be needed.

use crate::options::Options;
use crate::verdict::{self, State};
use crate::{Subject, audit, child};
use catalog::Catalog;
use libtest_mimic::Trial;
use std::process::ExitCode;

/// The `main` of the reference's test.
pub fn verify(subjects: Vec<Subject>) -> ExitCode {
    child::run_if_child(&subjects);
    let options = Options::read();
    let catalog = Catalog::read(&catalog::root());
    let mut trials = Vec::new();
    for subject in subjects {
        let exercise = catalog.find(subject.id).expect("the catalogue made this list").clone();
        trials.push(Trial::test(format!("reference::{}", subject.name), move || {
            let verdicts = verdict::run_all(&subject);
            match State::of(&verdicts) {
                State::Passing => Ok(()),
                _ => Err(verdict::describe(&verdicts).into()),
            }
        }));
        trials.push(Trial::test(
            format!("reference::{}::every_ordering_is_needed", subject.name),
            move || {
                let unseen: Vec<String> = audit::weakenings(&subject)
                    .into_iter()
                    .filter(|w| w.survives)
                    .map(|w| w.to_string())
                    .filter(|w| !exercise.unproven.iter().any(|u| w.ends_with(&u.weakening)))
                    .collect();
                if unseen.is_empty() {
                    return Ok(());
                }
                Err(format!("no check fails with:\n  {}", unseen.join("\n  ")).into())
            },
        ));
    }
    libtest_mimic::run(&options.test, trials).exit_code()
}
