//! Wires checks to what they check, from a build script.
//!
//! A file of checks is ordinary Rust that says `use super::{parts, subject, sync}`. It is compiled twice for each subject: over
//! the model checker and over real threads. This module writes those few lines.
//!
//! Between a reader's edit and the verdict stands the compiler. So the two worlds of the exercises are two crates, which are
//! built side by side, and what is *to do* yet is not built at all.

mod variants;

pub use variants::{checks as variant_checks, modules as variant_modules};

use crate::{Catalog, Exercise, todo};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Whose code is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// The reader's, in `exercises/src`: what has a `todo!()` left is not checked.
    Exercises,
    /// The reference, in `solutions/src`.
    Solutions,
}

impl Room {
    fn has_to_do(self, root: &Path, exercise: &Exercise) -> bool {
        if self == Self::Solutions {
            return false;
        }
        let stub = root.join("exercises/src").join(exercise.stem()).with_extension("rs");
        println!("cargo::rerun-if-changed={}", stub.display());
        todo::count(&stub) > 0
    }
}

/// Writes `checks.rs` into `OUT_DIR`: a constant `chapter::exercise::CHECKS` for every exercise, in one of the two worlds. The
/// dependencies `subjects`, `parts` and `sync` of the crate say in which.
pub fn checks(room: Room) {
    let root = crate::root();
    let Catalog { chapters, exercises } = Catalog::read(&root);
    let mut out = String::new();
    for chapter in chapters {
        let _ = writeln!(out, "pub mod {} {{", chapter.stem);
        for exercise in exercises.iter().filter(|exercise| exercise.chapter == chapter.stem) {
            let body = if room.has_to_do(&root, exercise) {
                "pub use ::grader::TO_DO as CHECKS;".to_owned()
            } else {
                let subject = format!("::subjects::{}", exercise.path());
                checks_of(&root, exercise, &subject, "") + "pub use checks::CHECKS;"
            };
            let _ = writeln!(out, "    pub mod {} {{\n{body}\n    }}", exercise.file);
        }
        out += "}\n";
    }
    write("checks.rs", &out);
}

/// Writes `subjects.rs` into `OUT_DIR`: a function `subjects()` with every exercise of the catalogue. Its checks are in the
/// crates `real` and `model`, which [`checks`] made.
pub fn subjects(real: &str, model: &str) {
    let entries = Catalog::read(&crate::root()).exercises.into_iter().map(|exercise| {
        let path = exercise.path();
        let [model, real] = [model, real].map(|world| format!("{world}::{path}::CHECKS"));
        Entry { id: exercise.id, name: path, source: None, model, real }
    });
    write("subjects.rs", &list(entries));
}

/// An element of `subjects()`: two names, the path of a file, and two expressions.
struct Entry {
    id: String,
    name: String,
    source: Option<String>,
    model: String,
    real: String,
}

/// `subjects()`, and what a binary needs in which they are checked.
fn list(entries: impl Iterator<Item = Entry>) -> String {
    // Pointers are values of atomics too: a model must find the same ones when it is run again.
    let mut out = String::from(
        "#[global_allocator]\nstatic ALLOCATOR: ::sync_model::alloc::Quarantine = ::sync_model::alloc::Quarantine;\n\n\
         /// Everything that is graded here.\npub fn subjects() -> Vec<grader::Subject> {\n    vec![\n",
    );
    for Entry { id, name, source, model, real } in entries {
        let _ = writeln!(
            out,
            "        grader::Subject {{ id: {id:?}, name: {name:?}, source: {source:?}, model: {model}, real: {real} }},"
        );
    }
    out + "    ]\n}\n"
}

/// A module `checks` for `subject`. The crates of the facade end with `ending` where a crate has both.
fn checks_of(root: &Path, exercise: &Exercise, subject: &str, ending: &str) -> String {
    let file = checks_file(root, exercise).display().to_string();
    println!("cargo::rerun-if-changed={file}");
    format!(
        "use {subject} as subject;\nuse ::parts{ending} as parts;\n\
         use ::sync{ending} as sync;\n#[path = {file:?}]\npub mod checks;\n"
    )
}

fn checks_file(root: &Path, exercise: &Exercise) -> PathBuf {
    root.join("solutions/checks").join(exercise.stem()).with_extension("rs")
}

fn write(name: &str, text: &str) {
    let catalog = crate::root().join("exercises/catalog.toml");
    println!("cargo::rerun-if-changed={}", catalog.display());
    let path = Path::new(&env::var_os("OUT_DIR").expect("run by cargo")).join(name);
    fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
