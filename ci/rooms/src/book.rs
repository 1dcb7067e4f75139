//! The parts of the book that are derived from the catalogue, in `src/catalog/`; pages include them.

use crate::courses;
use catalog::{Catalog, Chapter, Exercise};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Where they lie, from the root of the workspace.
const FOLDER: &str = "src/catalog";

const MADE: &str = "<!-- Made from exercises/catalog.toml by `cargo rooms write`. -->";

/// Writes them all.
///
/// # Errors
///
/// Returns what the file system says.
pub fn write(root: &Path) -> io::Result<()> {
    let wanted = files(root, &Catalog::read(root));
    for path in present(root).difference(&wanted.keys().cloned().collect()) {
        fs::remove_file(root.join(path))?;
    }
    for (path, text) in wanted {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("in a folder"))?;
        fs::write(path, text)?;
    }
    Ok(())
}

/// Which of them are not what the catalogue says now.
pub(crate) fn stale(root: &Path, catalog: &Catalog) -> Vec<String> {
    const MEND: &str = "run `cargo rooms write`";
    let wanted = files(root, catalog);
    let mut found = Vec::new();
    for (path, text) in &wanted {
        // A checkout may have changed the ends of lines.
        let present = fs::read_to_string(root.join(path)).ok().map(|t| t.replace("\r\n", "\n"));
        if present.as_ref() != Some(text) {
            found.push(format!("{} is not what the catalogue says: {MEND}", path.display()));
        }
    }
    for path in present(root).iter().filter(|path| !wanted.contains_key(*path)) {
        found.push(format!("{} belongs to no exercise: {MEND}", path.display()));
    }
    found
}

fn present(root: &Path) -> BTreeSet<PathBuf> {
    files_in(root, Path::new(FOLDER))
}

/// All files below `folder`, as paths from `root`.
pub(crate) fn files_in(root: &Path, folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder)).into_iter().flatten().flatten() {
            let path = folder.join(entry.file_name());
            if entry.path().is_dir() {
                folders.push(path);
            } else {
                found.insert(path);
            }
        }
    }
    found
}

fn files(root: &Path, catalog: &Catalog) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    let path = |name: String| Path::new(FOLDER).join(name);
    if root.join(courses::LIST).is_file() {
        files.insert(path("courses.md".into()), courses::page(root, catalog));
    }
    for chapter in &catalog.chapters {
        files.insert(path(format!("{}.md", chapter.stem)), table(catalog, chapter));
    }
    for exercise in &catalog.exercises {
        files.insert(path(format!("{}.hints.md", exercise.stem())), hints(exercise));
        files.insert(path(format!("{}.checked.md", exercise.stem())), checked(exercise));
    }
    files
}

/// The exercises of a chapter. Links are seen from the chapter's own page.
fn table(catalog: &Catalog, chapter: &Chapter) -> String {
    let mut out = format!("{MADE}\n\n| Exercise | What you build | Minutes | Command |\n");
    out += "|---|---|---|---|\n";
    for exercise in catalog.exercises.iter().filter(|e| e.chapter == chapter.stem) {
        let Exercise { title, file, builds, minutes, .. } = exercise;
        let builds = builds.replace('|', "\\|");
        let command = command(catalog, exercise);
        let _ = writeln!(out, "| [{title}]({file}.md) | {builds} | {minutes} | `{command}` |");
    }
    out
}

/// The shortest command that grades this exercise and no other.
fn command(catalog: &Catalog, exercise: &Exercise) -> String {
    let is_alone = |filter: &str| {
        catalog.exercises.iter().filter(|other| other.path().contains(filter)).count() == 1
    };
    let name = if is_alone(&exercise.file) { exercise.file.clone() } else { exercise.path() };
    format!("cargo test {name}")
}

fn hints(exercise: &Exercise) -> String {
    let mut out = format!("{MADE}\n");
    for (number, hint) in (1..).zip(&exercise.hints) {
        let _ = write!(
            out,
            "\n<details class=\"hint\">\n<summary>Hint {number}</summary>\n\n{hint}\n\n</details>\n"
        );
    }
    out
}

fn checked(exercise: &Exercise) -> String {
    let mut out = format!("{MADE}\n\n## What is checked\n\n");
    for line in &exercise.checked {
        let _ = writeln!(out, "- {line}");
    }
    out += "\n**What the grader cannot see:**\n\n";
    for line in &exercise.unseen {
        let _ = writeln!(out, "- {line}");
    }
    out
}
