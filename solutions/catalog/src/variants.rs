//! Known-wrong and known-right variants of the references: the files in `solutions/variants`.

use crate::{Catalog, Exercise};
use std::fs;
use std::path::{Path, PathBuf};

/// Where a variant lies, which says what the grader must make of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folder {
    /// The grader must reject it.
    Wrong,
    /// The grader must accept it.
    Right,
}

/// Both, in the order in which variants are listed.
pub const FOLDERS: [Folder; 2] = [Folder::Wrong, Folder::Right];

impl Folder {
    /// `wrong` or `right`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::Right => "right",
        }
    }

    /// The folder of an exercise.
    pub fn path(self, root: &Path, exercise: &Exercise) -> PathBuf {
        root.join("solutions/variants").join(exercise.stem()).join(self.name())
    }
}

/// A known-wrong or known-right variant of a reference.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The exercise it belongs to.
    pub exercise: Exercise,
    /// Wrong or right.
    pub folder: Folder,
    /// Its file without the ending.
    pub name: String,
    /// Its file.
    pub path: PathBuf,
}

impl Variant {
    /// The name of its module among all variants.
    pub fn module(&self) -> String {
        let Exercise { chapter, file, .. } = &self.exercise;
        format!("{chapter}_{file}_{}_{}", self.folder.name(), self.name)
    }

    /// The whole Rust text to judge.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn text(&self) -> Result<String, String> {
        fs::read_to_string(&self.path).map_err(|error| format!("{}: {error}", self.path.display()))
    }
}

/// What a wrong variant says of itself in its first lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// `//! Rejected by: name_of_a_check`
    pub check: String,
    /// `//! Because: words of the report`
    pub because: String,
}

impl Expected {
    /// Reads the first lines of a variant's file. Empty words are none: every report has them.
    pub fn parse(text: &str) -> Option<Self> {
        let after = |key: &str| {
            text.lines().find_map(|line| {
                let words = line.strip_prefix("//! ")?.strip_prefix(key)?.trim();
                (!words.is_empty()).then(|| words.to_owned())
            })
        };
        Some(Self { check: after("Rejected by:")?, because: after("Because:")? })
    }
}

/// All variants of all exercises, in order.
pub fn variants(root: &Path) -> Vec<Variant> {
    let mut all = Vec::new();
    for exercise in Catalog::read(root).exercises {
        for folder in FOLDERS {
            let entries =
                fs::read_dir(folder.path(root, &exercise)).into_iter().flatten().flatten();
            let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
            paths.retain(|path| path.extension().is_some_and(|ending| ending == "rs"));
            paths.sort();
            for path in paths {
                let name = path.file_stem().expect("a file").to_string_lossy().into_owned();
                all.push(Variant { exercise: exercise.clone(), folder, name, path });
            }
        }
    }
    all
}
