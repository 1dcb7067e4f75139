//! The failures that the book shows: each is the report of a wrong variant, and each is on a page.
//!
//! What they say is held to what the grader says by `cargo grade --variants`; `ci/timelines` writes them.

use crate::book;
use catalog::variants::{Folder, variants};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Where they lie, from the root of the workspace.
const FOLDER: &str = "src/timelines";

/// Timelines of no variant, and timelines that no page includes.
pub fn findings(root: &Path) -> Vec<String> {
    let present = book::files_in(root, Path::new(FOLDER));
    let wrong = variants(root).into_iter().filter(|variant| variant.folder == Folder::Wrong);
    let possible: BTreeSet<_> = wrong
        .map(|variant| format!("{FOLDER}/{}-{}.txt", variant.exercise.stem(), variant.name))
        .map(PathBuf::from)
        .collect();
    let pages: String = book::files_in(root, Path::new("src"))
        .iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .map(|path| fs::read_to_string(root.join(path)).unwrap_or_default())
        .collect();
    let mut found = Vec::new();
    for path in present {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !possible.contains(&path) {
            found.push(format!("{} is the report of no wrong variant", path.display()));
        } else if !pages.contains(&format!("/{name}}}}}")) {
            found.push(format!("{} is on no page", path.display()));
        }
    }
    found
}
