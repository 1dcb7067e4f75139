//! `cargo rooms refresh`: when a reference has changed, its variants follow.
//!
//! Each is carried along by a three-way merge: from the reference that the edit was made for, to the reference as it is, with
//! what the variant does to it. The reference of the past is Git's.

use crate::working;
use catalog::variants::{Variant, edit, read, variants};
use std::path::Path;
use std::process::Command;

/// What has become of the variants that needed something.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// Those that are written anew.
    pub carried: Vec<String>,
    /// Whole files of references that have changed: nothing says what of them should follow.
    pub whole: Vec<String>,
    /// Those that are left to decide, each with the reason.
    pub left: Vec<(String, String)>,
}

/// Carries along all variants of all references that have changed since `revision`. Without one, since the last commit, or
/// where an edit was not made for that, since the commit that wrote the edit.
///
/// # Errors
///
/// Says which file cannot be read or written.
pub fn refresh(root: &Path, revision: Option<&str>) -> Result<Refreshed, String> {
    let mut refreshed = Refreshed::default();
    for variant in variants(root) {
        let name = variant.stem();
        let reference = read(&variant.reference)?;
        if !variant.is_edit() {
            let before = at(root, revision.unwrap_or("HEAD"), &variant.reference);
            if before.is_some_and(|before| before != reference) {
                refreshed.whole.push(name.clone());
            }
        }
        let text = match variant.text() {
            Ok(_) if variant.is_as_saved()? => continue,
            Ok(text) => text,
            Err(error) => match carried(root, revision, &variant, &reference) {
                Ok(text) => text,
                Err(reason) => {
                    refreshed.left.push((name, reason.unwrap_or(error)));
                    continue;
                }
            },
        };
        variant.save(&text)?;
        refreshed.carried.push(name);
    }
    Ok(refreshed)
}

/// The variant as one of `reference`; or why not, if more is known than that its edit does not apply.
fn carried(
    root: &Path,
    revision: Option<&str>,
    variant: &Variant,
    reference: &str,
) -> Result<String, Option<String>> {
    let change = read(&variant.path).map_err(Some)?;
    let written = || last_commit(root, &variant.path);
    let mut revisions = match revision {
        Some(revision) => vec![Some(revision.to_owned())],
        None => vec![Some("HEAD".to_owned()), written()],
    };
    let made_for = revisions.drain(..).flatten().find_map(|revision| {
        let base = at(root, &revision, &variant.reference)?;
        let text = edit::apply(&base, &change).ok()?;
        Some((base, text))
    });
    let (base, text) = made_for.ok_or(None)?;
    match edit::carry(&base, reference, &text) {
        Ok(text) if edit::is_same_code(reference, &text) => {
            Err(Some("the reference does the same now".to_owned()))
        }
        Ok(text) => Ok(text),
        Err(conflicts) => {
            let copy = working::copy_of(root, variant);
            working::write(&copy, &conflicts).map_err(Some)?;
            let name = variant.stem();
            Err(Some(format!(
                "mend {}, then `cargo rooms variant {name} --back`",
                copy.strip_prefix(root).unwrap_or(&copy).display()
            )))
        }
    }
}

/// A file as it was.
fn at(root: &Path, revision: &str, path: &Path) -> Option<String> {
    let path = path.strip_prefix(root).ok()?;
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    git(root, &["show", &format!("{revision}:./{}", parts.join("/"))])
}

/// The commit that wrote a file last.
fn last_commit(root: &Path, path: &Path) -> Option<String> {
    let commit = git(root, &["log", "-1", "--format=%H", "--", &path.to_string_lossy()])?;
    Some(commit.trim().to_owned()).filter(|commit| !commit.is_empty())
}

fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").current_dir(root).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
