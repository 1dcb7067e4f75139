//! Grades the reader's exercises.

use crate::options::Options;
use crate::report::{self, Entry};
use crate::verdict::{self, State};
use crate::{Subject, audit, board, child};
use catalog::{Catalog, Exercise, todo};
use libtest_mimic::{Completion, Failed, Trial};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

type Entries = Arc<Mutex<Vec<Entry>>>;

/// The `main` of the reader's test: grades `subjects` and prints the board.
pub fn grade(subjects: Vec<Subject>) -> ExitCode {
    let root = catalog::root();
    grade_from(&Catalog::read(&root), &root, subjects)
}

/// As [`grade`], for a catalogue of which the workspace at `root` has the files.
pub fn grade_from(catalog: &Catalog, root: &Path, subjects: Vec<Subject>) -> ExitCode {
    child::run_if_child(&subjects);
    let options = Options::read();
    if let Some(number) = options.hint {
        return hint(&options, catalog, number);
    }
    if options.audit {
        return audit::advise(&subjects, &options);
    }
    let entries = Entries::default();
    let to_do_fails = options.to_do_fails;
    let trials = subjects.into_iter().map(|subject| {
        let exercise = catalog.find(subject.id).expect("the catalogue made this list").clone();
        let source = root.join("exercises/src").join(exercise.stem() + ".rs");
        let left = todo::count(&source);
        let entries = entries.clone();
        // An ignored flag is what nextest shows as skipped; everyone else shows the reason that the trial gives.
        let skip = left > 0 && !to_do_fails && std::env::var_os("NEXTEST").is_some();
        // The name of the marker `#[test] fn grade` in the file, so that "Run test" in an editor finds it.
        Trial::ignorable_test(format!("{}::grade", subject.name), move || {
            let (entry, details) = if left > 0 {
                (Entry::to_do(&exercise, left), String::new())
            } else {
                let verdicts = verdict::run_all(&subject);
                (Entry::graded(&exercise, &verdicts), verdict::describe(&verdicts))
            };
            lock(&entries).push(entry.clone());
            conclude(&exercise, entry, to_do_fails, details)
        })
        .with_ignored_flag(skip)
    });
    let conclusion = libtest_mimic::run(&options.test, trials.collect());
    let mut entries = std::mem::take(&mut *lock(&entries));
    let place = |entry: &Entry| catalog.exercises.iter().position(|e| e.id == entry.id);
    entries.sort_by_key(place);
    if !options.test.list && !entries.is_empty() && options.test.format.is_none() {
        print!("{}", board::render(catalog, &entries));
    }
    let of_environment = || std::env::var_os("LOCKSMITH_REPORT").map(PathBuf::from);
    match options.report.or_else(of_environment) {
        Some(path) => report::conclude(&path, &entries, &conclusion),
        None => conclusion.exit_code(),
    }
}

fn lock(entries: &Entries) -> std::sync::MutexGuard<'_, Vec<Entry>> {
    entries.lock().expect("nobody panics with this lock")
}

/// What the test framework is told.
fn conclude(
    exercise: &Exercise,
    entry: Entry,
    to_do_fails: bool,
    details: String,
) -> Result<Completion, Failed> {
    match entry.state() {
        State::Passing => Ok(Completion::Completed),
        State::ToDo if to_do_fails => Err(format!("to do: {}", entry.note).into()),
        State::ToDo => Ok(Completion::ignored_with(format!("to do: {}", entry.note))),
        State::Failing => Err(format!("{}\n\n{details}", exercise.title).into()),
    }
}

fn hint(options: &Options, catalog: &Catalog, number: usize) -> ExitCode {
    for exercise in catalog.exercises.iter().filter(|e| options.matches(&e.path())) {
        let count = exercise.hints.len();
        match number.checked_sub(1).and_then(|index| exercise.hints.get(index)) {
            Some(hint) => println!("{}, hint {number} of {count}: {hint}", exercise.path()),
            None => println!("{} has {count} hints", exercise.path()),
        }
    }
    ExitCode::SUCCESS
}
