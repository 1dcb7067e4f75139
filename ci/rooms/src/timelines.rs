//! The failures that the book shows: each is the report of a wrong variant, `src/timelines/<chapter>/<exercise>-<variant>.txt`.
//! Beside it may lie `….edit.md`, the edit of the reference that fails so. Each is on a page. `….json` is the failing execution as
//! data, of which the book makes a picture.
//!
//! What the reports say is held to what the grader says by `cargo grade --variants`; `ci/timelines` writes them. The edits are
//! held to the variants here, and `cargo rooms write` writes them.

use crate::book;
use catalog::variants::{Folder, Variant, edit, read, variants};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Where they lie, from the root of the workspace.
const FOLDER: &str = "src/timelines";

const EDIT: &str = ".edit.md";

/// Files of no variant, edits that are out of date, and what no page includes.
pub fn findings(root: &Path) -> Vec<String> {
    let pages: String = book::files_in(root, Path::new("src"))
        .iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .map(|path| fs::read_to_string(root.join(path)).unwrap_or_default())
        .collect();
    let mut found = Vec::new();
    for (path, variant) in present(root) {
        let shown = path.display();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let Some(variant) = variant else {
            found.push(format!("{shown} is the report of no wrong variant"));
            continue;
        };
        if name.ends_with(EDIT) {
            match edit_of(&variant) {
                Ok(wanted) if read(&root.join(&path)).as_ref() == Ok(&wanted) => {}
                Ok(_) => found.push(format!("{shown} is not the variant: run `cargo rooms write`")),
                Err(error) => found.push(format!("{shown}: {error}")),
            }
        }
        let name =
            name.strip_suffix(".json").map_or(name.to_string(), |stem| format!("{stem}.txt"));
        if !pages.contains(&format!("/{name}}}}}")) {
            found.push(format!("{shown} is on no page"));
        }
    }
    found
}

/// Writes the edits that are there anew.
///
/// # Errors
///
/// Says which file cannot be read or written, or has no edit.
pub fn write(root: &Path) -> Result<(), String> {
    for (path, variant) in present(root) {
        let Some(variant) = variant.filter(|_| path.to_string_lossy().ends_with(EDIT)) else {
            continue;
        };
        let failed = |error| format!("{}: {error}", path.display());
        let text = edit_of(&variant).map_err(failed)?;
        fs::write(root.join(&path), text).map_err(|error| failed(error.to_string()))?;
    }
    Ok(())
}

/// The files, and the variant that each is of.
fn present(root: &Path) -> Vec<(PathBuf, Option<Variant>)> {
    let mut known = BTreeMap::new();
    for variant in variants(root) {
        if variant.folder == Folder::Wrong {
            let name = format!("{FOLDER}/{}-{}", variant.exercise.stem(), variant.name);
            known.insert(PathBuf::from(format!("{name}.txt")), variant.clone());
            known.insert(PathBuf::from(format!("{name}.json")), variant.clone());
            known.insert(PathBuf::from(name + EDIT), variant);
        }
    }
    let files = book::files_in(root, Path::new(FOLDER)).into_iter();
    files.map(|path| (path.clone(), known.get(&path).cloned())).collect()
}

/// What a variant does to the solution, folded: it shows some of its lines.
fn edit_of(variant: &Variant) -> Result<String, String> {
    if !variant.is_edit() {
        return Err("the variant is a whole file and has no edit to show".to_owned());
    }
    let text = read(&variant.path)?;
    let (words, hunks) = edit::split_edit(&text);
    let (sentence, _) = words.split_once("\n\n").unwrap_or((words, ""));
    Ok(format!(
        "<!-- Made from a variant by `cargo rooms write`. -->\n\n<details class=\"solution\">\n\
         <summary>Show the edit of the solution that fails so</summary>\n\n{sentence}\n\n\
         ```diff\n{hunks}```\n\n</details>\n"
    ))
}
