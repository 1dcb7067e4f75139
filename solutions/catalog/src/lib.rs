//! The one list of exercises: `exercises/catalog.toml`.
//!
//! The progress board, the book's tables and hints, the list of variants and what the judge compiles are all derived from it. Nothing else lists exercises.

pub mod hints;
pub mod todo;
pub mod variants;

use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The whole list, in the order of the book.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// Chapters that have exercises.
    #[serde(rename = "chapter")]
    pub chapters: Vec<Chapter>,
    /// Exercises.
    #[serde(rename = "exercise")]
    pub exercises: Vec<Exercise>,
}

/// A chapter of the book.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chapter {
    /// Its folder in every room: `ch04_spin_lock`.
    pub stem: String,
    /// Its heading: `4. Spin lock`.
    pub title: String,
}

/// One exercise.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// Never changes: `spin-lock-guard`.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// The stem of its chapter.
    pub chapter: String,
    /// Its file in every room, without the ending: `guard`.
    pub file: String,
    /// How long it takes somebody who meets it for the first time, in minutes: reading, building, and being wrong once or twice.
    #[serde(default)]
    pub minutes: u32,
    /// What the reader builds, in one sentence.
    pub builds: String,
    /// What it teaches: names of entries of the glossary, as they stand there.
    #[serde(default)]
    pub terms: Vec<String>,
    /// Shown one at a time.
    pub hints: Vec<String>,
    /// What the grader checks.
    pub checked: Vec<String>,
    /// What the grader cannot see.
    pub unseen: Vec<String>,
    /// Orderings of the reference that the models cannot show to be needed, each with its argument.
    #[serde(default)]
    pub unproven: Vec<Unproven>,
    /// What the page leaves to the reader. `Guard: Send where Send`: no guard need be `Send`, and one of data that is may be;
    /// `where any`: each may be. `Token::of: const`: it need not be.
    #[serde(default)]
    pub yours: Vec<String>,
}

/// An ordering that stays although no model fails without it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unproven {
    /// The operation as the audit prints it: `load Acquire → Relaxed`.
    pub weakening: String,
    /// Why it is needed all the same.
    pub why: String,
}

impl Exercise {
    /// The path that all rooms share: `ch04_spin_lock/guard`.
    pub fn stem(&self) -> String {
        format!("{}/{}", self.chapter, self.file)
    }

    /// Whether the file belongs to it: a path below the sources of a room. It is its own file, or a module of it.
    pub fn owns(&self, file: &Path) -> bool {
        let stem = self.stem();
        file == Path::new(&stem).with_extension("rs") || file.starts_with(&stem)
    }

    /// What test filters see: `ch04_spin_lock::guard`.
    pub fn path(&self) -> String {
        format!("{}::{}", self.chapter, self.file)
    }
}

impl Catalog {
    /// Reads the list of the workspace at `root`.
    ///
    /// # Panics
    ///
    /// Panics with the reason if the list cannot be read.
    pub fn read(root: &Path) -> Self {
        let path = root.join(LIST);
        let text = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The exercise with this id.
    pub fn find(&self, id: &str) -> Option<&Exercise> {
        self.exercises.iter().find(|exercise| exercise.id == id)
    }
}

/// The root of the workspace that this process was started in: the nearest folder, from the current one upwards, that has
/// `exercises/catalog.toml`. It is looked for at run time, so that a folder that was moved, copied or renamed is what is meant,
/// and not the one in which the program was compiled.
///
/// # Errors
///
/// In words, if there is none.
pub fn find_root() -> Result<PathBuf, String> {
    let here = std::env::current_dir().map_err(|error| format!("the current folder: {error}"))?;
    let root = here.ancestors().find(|folder| folder.join(LIST).is_file());
    let missing = || format!("no {LIST} here or above: start this in the folder of Locksmith");
    root.map(Path::to_owned).ok_or_else(missing)
}

/// As [`find_root`], for the project's own tools and tests, which Cargo starts within it.
///
/// # Panics
///
/// Panics if there is none.
pub fn root() -> PathBuf {
    find_root().unwrap_or_else(|error| panic!("{error}"))
}

/// The list, below the root.
pub const LIST: &str = "exercises/catalog.toml";

/// A number as people read it: `12,400`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
