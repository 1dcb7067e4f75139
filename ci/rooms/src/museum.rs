//! The museum of real bugs: `src/museum/entries.toml` lists its exhibits, and the cases of the game *Convict or acquit*.
//!
//! An exhibit names the known-wrong variant that is its copy here. What repeats on its page is made from both, in
//! `src/museum/made`: the plate, the lines, the repair. So the page says of the copy what the grader holds it to.

mod check;
mod lines;
mod made;

pub use check::findings;

use crate::book;
use catalog::variants::{Variant, read};
use serde::Deserialize;
use std::collections::BTreeSet;
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
    ("overflow", "a number overflows, or wraps around"),
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

impl Exhibit {
    fn is_acquitted(&self) -> bool {
        self.kinds.iter().any(|kind| kind == "acquitted")
    }

    /// What its page includes.
    fn includes(&self) -> Vec<String> {
        let part = |part: &str| format!("{{{{#include made/{}.{part}.md}}}}", self.page);
        let mut all = vec![part("plate"), part("lines"), part("repair")];
        all.extend(report_of(&self.copy));
        all
    }
}

/// What shows that this variant is wrong; nothing for one that is right.
fn report_of(variant: &str) -> Option<String> {
    let parts: Vec<_> = variant.split('/').collect();
    let [chapter, file, "wrong", name] = parts[..] else { return None };
    Some(format!("{{{{#include ../timelines/{chapter}/{file}-{name}.txt}}}}"))
}

fn present(root: &Path) -> BTreeSet<PathBuf> {
    book::files_in(root, Path::new(made::FOLDER))
}

/// The variant of this name, which must be there.
fn variant(root: &Path, name: &str) -> Result<Variant, String> {
    let variant = Variant::find(root, name)?;
    if variant.path.exists() { Ok(variant) } else { Err(format!("there is no variant {name}")) }
}
