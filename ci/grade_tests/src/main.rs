//! A grader like the reader's, over exercises that misbehave in every way we could think of.

#![expect(clippy::duplicate_mod, reason = "one source, two worlds")]

use catalog::{Catalog, Chapter, Exercise};
use grader::Subject;
use std::path::Path;
use std::process::ExitCode;

#[path = "."]
mod model {
    use ::sync_model as sync;
    pub mod faults;
}

#[path = "."]
mod real {
    use ::sync;
    pub mod faults;
}

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixture");
    let pairs = model::faults::ALL.iter().zip(real::faults::ALL);
    let subjects = pairs.map(|(&(name, model), &(_, real))| Subject {
        id: name,
        name: format!("faults::{name}").leak(),
        source: None,
        model,
        real,
    });
    grader::grade_from(&catalog(), &root, subjects.collect())
}

fn catalog() -> Catalog {
    let exercises = model::faults::ALL.iter().map(|(name, _)| Exercise {
        id: (*name).into(),
        title: (*name).into(),
        chapter: "faults".into(),
        file: (*name).into(),
        builds: String::new(),
        terms: Vec::new(),
        hints: vec!["Behave.".into()],
        checked: Vec::new(),
        unseen: Vec::new(),
        unproven: Vec::new(),
    });
    let chapters = vec![Chapter { stem: "faults".into(), title: "0. Faults".into() }];
    Catalog { chapters, exercises: exercises.collect() }
}
