//! Verifies the reference solutions: every check passes, and every ordering is shown to be needed.

use crate::options::Options;
use crate::report::{self, Entry};
use crate::verdict::{self, State};
use crate::{Subject, audit, child};
use catalog::Catalog;
use libtest_mimic::Trial;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

/// The `main` of the reference's test. With `--report FILE` it writes every verdict as JSON, in the form of the reader's.
pub fn verify(subjects: Vec<Subject>) -> ExitCode {
    child::run_if_child(&subjects);
    let options = Options::read();
    let catalog = Catalog::read(&catalog::root());
    let entries = Arc::new(Mutex::new(Vec::new()));
    let mut trials = Vec::new();
    for subject in subjects {
        let exercise = catalog.find(subject.id).expect("the catalogue made this list").clone();
        let (of_this, entries) = (exercise.clone(), entries.clone());
        trials.push(Trial::test(format!("reference::{}", subject.name), move || {
            let verdicts = verdict::run_all(&subject);
            let entry = Entry::graded(&of_this, &verdicts);
            entries.lock().expect("nobody panics with this lock").push(entry);
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
    let conclusion = libtest_mimic::run(&options.test, trials);
    let mut entries = std::mem::take(&mut *entries.lock().expect("nobody panics with this lock"));
    entries.sort_by_key(|entry| catalog.exercises.iter().position(|e| e.id == entry.id));
    match options.report {
        Some(path) => report::conclude(&path, &entries, &conclusion),
        None => conclusion.exit_code(),
    }
}
