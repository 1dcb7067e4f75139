//! Pages that no reader can reach.

use super::includes;
use crate::build::{Built, slashes};
use crate::finding::Finding;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use walkdir::WalkDir;

/// Markdown files of `src` that neither SUMMARY.md lists nor a page includes, and pages that it lists twice.
pub fn unlisted(built: &Built) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut listed = BTreeSet::new();
    for page in &built.pages {
        if !listed.insert(built.src.join(&page.source)) {
            found.push(Finding::new(
                page.file.as_str(),
                1,
                "SUMMARY.md lists this page more than once",
            ));
        }
    }
    let included = includes::files(built);
    for entry in WalkDir::new(&built.src).into_iter().flatten() {
        let path = entry.path();
        let is_page =
            path.extension() == Some(OsStr::new("md")) && path != built.src.join("SUMMARY.md");
        if is_page && !listed.contains(path) && !included.contains(path) {
            let file = slashes(path.strip_prefix(&built.root).unwrap_or(path));
            found.push(Finding::new(file, 1, "not in SUMMARY.md, so not in the book"));
        }
    }
    found
}
