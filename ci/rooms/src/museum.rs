//! The museum of real bugs: `src/museum/entries.toml` lists its exhibits, and the cases of the game *Convict or acquit*.
//!
//! An exhibit names the known-wrong variant that is its copy here. What repeats on its page is made from both, in
//! `src/museum/made`: the plate, the lines, the repair. So the page says of the copy what the grader holds it to.

mod lines;
mod made;

use crate::book;
use catalog::variants::{Folder, Variant, read};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Where it lies, from the root of the workspace.
const FOLDER: &str = "src/museum";

/// What the sources of the exhibits are listed under in `ci/sources.toml`.
const PAGE: &str = "museum/entries.toml";

/// The kinds of bugs, each with what it means.
const KINDS: [(&str, &str); 9] = [
    ("ordering", "an ordering, or a fence, is too weak or in the wrong place"),
    ("two steps", "a look and what follows from it are two steps, and somebody comes in between"),
    ("lost wake-up", "a thread sleeps, and whoever should wake it does not"),
    ("bounds", "a type may go to a thread where it must not go"),
    ("panic", "a panic leaves something half done"),
    ("ABA", "a word has its old value again, and means something else"),
    ("reclamation", "memory is freed while somebody uses it"),
    ("overflow", "a number runs over, or begins anew"),
    ("acquitted", "it looks wrong, and is right"),
];

/// The list.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Museum {
    #[serde(default, rename = "exhibit")]
    exhibits: Vec<Exhibit>,
    /// The cases of the game.
    #[serde(default, rename = "case")]
    cases: Vec<Case>,
}

/// A bug that was published.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exhibit {
    /// Its page, without the ending.
    page: String,
    title: String,
    /// Whose it was.
    owner: String,
    kinds: Vec<String>,
    /// How long it lived, or when it was found.
    life: String,
    /// How it was found.
    found: String,
    /// Where that was read: each is in `ci/sources.toml`.
    sources: Vec<String>,
    /// Its copy here: `chapter/exercise/wrong/name`.
    copy: String,
    /// What to show of the copy: `Type::function`, or the name of an item. If there is nothing, it is what the edit changes.
    #[serde(default)]
    show: Vec<String>,
    /// The right variant that is its repair, if that is not the reference.
    repair: Option<String>,
}

/// A case of the game.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    variant: String,
    #[serde(default)]
    show: Vec<String>,
}

fn list(root: &Path) -> Result<Museum, String> {
    let path = root.join("src").join(PAGE);
    // A project without a museum has none.
    if !path.exists() {
        return Ok(Museum::default());
    }
    toml::from_str(&read(&path)?).map_err(|error| format!("{PAGE}: {error}"))
}

/// Writes what the pages include.
///
/// # Errors
///
/// Says what is wrong with the list, or which file cannot be read or written.
pub fn write(root: &Path) -> Result<(), String> {
    let wanted = made::files(root, &list(root)?)?;
    for path in present(root).difference(&wanted.keys().cloned().collect()) {
        fs::remove_file(root.join(path)).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    for (path, text) in wanted {
        crate::working::write(&root.join(path), &text)?;
    }
    Ok(())
}

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
            Ok(_) => {}
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

impl Exhibit {
    fn is_acquitted(&self) -> bool {
        self.kinds.iter().any(|kind| kind == "acquitted")
    }

    /// What its page includes.
    fn includes(&self) -> Vec<String> {
        let part = |part: &str| format!("{{{{#include made/{}.{part}.md}}}}", self.page);
        let mut all = vec![part("plate"), part("lines"), part("repair")];
        let copy: Vec<_> = self.copy.split('/').collect();
        if let [chapter, file, "wrong", name] = copy[..] {
            all.push(format!("{{{{#include ../timelines/{chapter}/{file}-{name}.txt}}}}"));
        }
        all
    }
}

/// The game asks about each case once, and its answer is the folder in which the variant lies.
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

fn present(root: &Path) -> BTreeSet<PathBuf> {
    book::files_in(root, Path::new(made::FOLDER))
}

/// The variant of this name, which must be there.
fn variant(root: &Path, name: &str) -> Result<Variant, String> {
    let variant = Variant::find(root, name)?;
    if variant.path.exists() { Ok(variant) } else { Err(format!("there is no variant {name}")) }
}
