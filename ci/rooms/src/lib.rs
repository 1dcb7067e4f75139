//! Is every room of every exercise there?
//!
//! An exercise has a room of the same name in each part of the project: a page, a stub, a reference, checks, variants.
//! [`findings`] walks through all of them, with the catalogue in hand, and says in words what is missing or does not agree.
//! [`book::write`] makes the parts of the book that are derived from the catalogue. [`working`],
//! [`mod@refresh`] and [`mod@format`] write variants, which are edits of their references.

mod api;
pub mod book;
mod checks;
mod courses;
pub mod format;
pub mod museum;
pub mod refresh;
mod source;
pub mod timelines;
mod variants;
mod words;
pub mod working;

use catalog::{Catalog, Exercise};
use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// Something that is missing or does not agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The stem of the exercise, `catalog` or `book`.
    pub about: String,
    /// What is the matter, in words.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.about, self.what)
    }
}

/// The rooms of one exercise.
#[derive(Clone, Debug)]
struct Rooms {
    page: PathBuf,
    stub: PathBuf,
    reference: PathBuf,
    checks: PathBuf,
}

impl Rooms {
    fn of(exercise: &Exercise) -> Self {
        let room = |folder: &str, ending| Path::new(folder).join(exercise.stem() + ending);
        Self {
            page: room("src", ".md"),
            stub: room("exercises/src", ".rs"),
            reference: room("solutions/src", ".rs"),
            checks: room("solutions/checks", ".rs"),
        }
    }
}

/// All that is missing in the workspace at `root`; nothing, when all is well.
///
/// # Panics
///
/// Panics if the catalogue itself cannot be read.
pub fn findings(root: &Path) -> Vec<Finding> {
    let catalog = Catalog::read(root);
    let mut all: Vec<Finding> = list_is_sound(&catalog).into_iter().map(about("catalog")).collect();
    for exercise in &catalog.exercises {
        let found = exercise_is_whole(root, exercise);
        all.extend(found.into_iter().map(about(&exercise.stem())));
    }
    all.extend(courses::findings(root, &catalog).into_iter().map(about("catalog")));
    all.extend(book::stale(root, &catalog).into_iter().map(about("catalog")));
    all.extend(timelines::findings(root).into_iter().map(about("book")));
    all.extend(museum::findings(root).into_iter().map(about("museum")));
    all
}

fn about(name: &str) -> impl Fn(String) -> Finding {
    move |what| Finding { about: name.to_owned(), what }
}

fn list_is_sound(catalog: &Catalog) -> Vec<String> {
    let mut found = Vec::new();
    let mut ids = BTreeSet::new();
    let mut stems = BTreeSet::new();
    for exercise in &catalog.exercises {
        if !ids.insert(&exercise.id) {
            found.push(format!("two exercises have the id {}", exercise.id));
        }
        if !stems.insert(exercise.stem()) {
            found.push(format!("two exercises have the file {}", exercise.stem()));
        }
        if !catalog.chapters.iter().any(|chapter| chapter.stem == exercise.chapter) {
            found.push(format!("{} is in {}, which is no chapter", exercise.id, exercise.chapter));
        }
    }
    found
}

fn exercise_is_whole(root: &Path, exercise: &Exercise) -> Vec<String> {
    let rooms = Rooms::of(exercise);
    let mut found = Vec::new();
    for (name, list) in
        [("hints", &exercise.hints), ("checked", &exercise.checked), ("unseen", &exercise.unseen)]
    {
        if list.is_empty() {
            found.push(format!("`{name}` is empty in exercises/catalog.toml"));
        }
    }
    if exercise.minutes == 0 {
        found.push("`minutes` is missing in exercises/catalog.toml".into());
    }
    if exercise.builds.trim_end_matches('.').is_empty() {
        found.push("`builds` is empty in exercises/catalog.toml".into());
    }
    found.extend(page_is_linked(root, exercise, &rooms));
    found.extend(words::findings(root, exercise, &rooms.page));
    for folder in ["exercises/src", "solutions/src"] {
        found.extend(modules_are_declared(root, folder, exercise));
    }
    let stub = source::read(root, &rooms.stub, &mut found);
    let reference = source::read(root, &rooms.reference, &mut found);
    let checks = source::read(root, &rooms.checks, &mut found);
    if let Some(stub) = &stub {
        found.extend(source::is_a_stub(stub));
    }
    for done in [&reference, &checks].into_iter().flatten() {
        found.extend(source::is_done(done));
    }
    if let (Some(stub), Some(reference)) = (&stub, &reference) {
        found.extend(api::differences(&stub.syntax, &reference.syntax));
    }
    if let Some(checks) = &checks {
        let names = checks::names(&checks.syntax);
        if names.is_empty() {
            found.push(format!("no check in {}", rooms.checks.display()));
        }
        found.extend(variants::findings(root, exercise, &names));
    }
    found
}

fn page_is_linked(root: &Path, exercise: &Exercise, rooms: &Rooms) -> Vec<String> {
    let mut found = Vec::new();
    let page = fs::read_to_string(root.join(&rooms.page)).unwrap_or_default();
    if page.trim().is_empty() {
        found.push(format!("no page {}", rooms.page.display()));
    }
    let summary = fs::read_to_string(root.join("src/SUMMARY.md")).unwrap_or_default();
    if !summary.contains(&format!("({}.md)", exercise.stem())) {
        found.push("src/SUMMARY.md has no link to its page".into());
    }
    found
}

/// `pub mod ch04_spin_lock;` in `lib.rs` and `pub mod guard;` in the chapter's `mod.rs`.
fn modules_are_declared(root: &Path, folder: &str, exercise: &Exercise) -> Vec<String> {
    let lib = format!("{folder}/lib.rs");
    let chapter = format!("{folder}/{}/mod.rs", exercise.chapter);
    let mut found = Vec::new();
    for (file, name) in [(lib, &exercise.chapter), (chapter, &exercise.file)] {
        let text = fs::read_to_string(root.join(&file)).unwrap_or_default();
        let line = format!("pub mod {name};");
        if !text.lines().any(|l| l.trim() == line) {
            found.push(format!("no `{line}` in {file}"));
        } else if file == "exercises/src/lib.rs"
            && !text.contains(&format!("{NOT_IN_THE_JUDGE}\n{line}"))
        {
            found.push(format!("`{line}` in {file} needs `{NOT_IN_THE_JUDGE}` above it"));
        }
    }
    found
}

/// Above each chapter of the exercises: what starts the judge is a test of that crate, and a file that does not compile must not
/// stop it.
const NOT_IN_THE_JUDGE: &str = "#[cfg(any(not(test), rust_analyzer))]";
