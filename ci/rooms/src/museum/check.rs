//! Does the list agree with the pages, the variants and the sources?

use super::{FOLDER, KINDS, Museum, PAGE, list, made, present, report_of, variant};
use crate::book;
use catalog::variants::{Folder, read};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Exhibits without a page, a copy or a source; pages that do not show what they should; and what is out of date.
pub fn findings(root: &Path) -> Vec<String> {
    let museum = match list(root) {
        Ok(museum) => museum,
        Err(error) => return vec![error],
    };
    let mut found = Vec::new();
    let summary = fs::read_to_string(root.join("src/SUMMARY.md")).unwrap_or_default();
    let sources = fs::read_to_string(root.join("ci/sources.toml")).unwrap_or_default();
    let sources: toml::Table = sources.parse().unwrap_or_default();
    let is_read = |source: &str| {
        let mut all = sources.get("source").and_then(toml::Value::as_array).into_iter().flatten();
        all.any(|entry| {
            entry.get("page").and_then(toml::Value::as_str) == Some(PAGE)
                && entry.get("source").and_then(toml::Value::as_str) == Some(source)
        })
    };
    for exhibit in &museum.exhibits {
        let page = &exhibit.page;
        let mut add = |what: String| found.push(format!("{FOLDER}/{page}.md: {what}"));
        if !summary.contains(&format!("(museum/{page}.md)")) {
            add("src/SUMMARY.md has no link to it".into());
        }
        let text = fs::read_to_string(root.join(format!("{FOLDER}/{page}.md"))).unwrap_or_default();
        if !text.starts_with(&format!("# {}\n", exhibit.title)) {
            add(format!("it has not the title \"{}\"", exhibit.title));
        }
        if !text.contains("<details class=\"question\"") {
            add("it asks nothing".into());
        }
        for include in exhibit.includes() {
            if !text.contains(&include) {
                add(format!("it does not show {include}"));
            }
        }
        for kind in &exhibit.kinds {
            if !KINDS.iter().any(|(known, _)| known == kind) {
                add(format!("`{kind}` is no kind of bug"));
            }
        }
        if exhibit.kinds.is_empty() || exhibit.sources.is_empty() {
            add("it has no kind, or no source".into());
        }
        for source in exhibit.sources.iter().filter(|source| !is_read(source)) {
            add(format!("ci/sources.toml has no {source} with the page \"{PAGE}\""));
        }
        match variant(root, &exhibit.copy) {
            Ok(variant) if (variant.folder == Folder::Right) != exhibit.is_acquitted() => {
                add(format!("{} is in the other folder", exhibit.copy));
            }
            Ok(variant) => {
                let exercise = format!("src/{}.md", variant.exercise.stem());
                let text = fs::read_to_string(root.join(&exercise)).unwrap_or_default();
                if !text.contains(&format!("(../museum/{page}.md)")) {
                    add(format!("{exercise} has no link to it"));
                }
            }
            Err(error) => add(error),
        }
        if let Some(Ok(repair)) = exhibit.repair.as_ref().map(|name| variant(root, name))
            && repair.folder != Folder::Right
        {
            add(format!("{} is no right variant", repair.stem()));
        }
    }
    found.extend(trial_findings(root, &museum));
    found.extend(strangers(root, &museum));
    found.extend(stale(root, &museum));
    found
}

/// The game asks about each case once. Its answer is the folder in which the variant lies, and a wrong one is shown to break.
fn trial_findings(root: &Path, museum: &Museum) -> Vec<String> {
    let text = fs::read_to_string(root.join(FOLDER).join("trial.md")).unwrap_or_default();
    let mut found = Vec::new();
    for (number, case) in (1..).zip(&museum.cases) {
        let answer = text
            .split_once(&format!("{{{{#include made/trial/{number}.md}}}}"))
            .and_then(|(_, rest)| rest.split_once("data-answer=\""))
            .and_then(|(_, rest)| rest.split('"').next());
        let wanted = variant(root, &case.variant).map(|variant| match variant.folder {
            Folder::Wrong => "1",
            Folder::Right => "2",
        });
        match wanted {
            Ok("1") if !report_of(&case.variant).is_some_and(|report| text.contains(&report)) => {
                found
                    .push(format!("{FOLDER}/trial.md: case {number} does not show what breaks it"));
            }
            Ok(wanted) if answer == Some(wanted) => {}
            Ok(wanted) => found.push(format!(
                "{FOLDER}/trial.md: the answer to case {number}, {}, is {wanted}",
                case.variant
            )),
            Err(error) => found.push(format!("{PAGE}: case {number}: {error}")),
        }
    }
    found
}

/// Pages that are in no list.
fn strangers(root: &Path, museum: &Museum) -> Vec<String> {
    let known: BTreeSet<_> = museum
        .exhibits
        .iter()
        .map(|exhibit| exhibit.page.as_str())
        .chain(["README", "trial"])
        .map(|page| Path::new(FOLDER).join(page).with_extension("md"))
        .collect();
    let pages = book::files_in(root, Path::new(FOLDER)).into_iter();
    pages
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .filter(|path| !path.starts_with(made::FOLDER) && !known.contains(path))
        .map(|path| format!("{} is of no exhibit", path.display()))
        .collect()
}

fn stale(root: &Path, museum: &Museum) -> Vec<String> {
    let wanted: BTreeMap<PathBuf, String> = match made::files(root, museum) {
        Ok(wanted) => wanted,
        Err(error) => return vec![error],
    };
    let mut found = Vec::new();
    for (path, text) in &wanted {
        if read(&root.join(path)).as_ref() != Ok(text) {
            found.push(format!("{} is out of date: run `cargo rooms write`", path.display()));
        }
    }
    for path in present(root).iter().filter(|path| !wanted.contains_key(*path)) {
        found.push(format!("{} is of no exhibit: run `cargo rooms write`", path.display()));
    }
    found
}
