//! Known-wrong and known-right variants of the references: the files in `solutions/variants`.

pub mod edit;
mod expected;

pub use expected::Expected;

use crate::{Catalog, Exercise};
use std::fs;
use std::path::{Path, PathBuf};

/// What the judge itself asks of every file, beside the checks of its exercise: whether it has the public items of the stub, and
/// whether their types have the right traits.
pub const OF_EVERY_FILE: [&str; 2] =
    ["public_items_are_those_of_the_stub", "public_types_have_the_right_traits"];

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
    /// Its file: an [`edit`] of the reference, `….diff`, or a whole file, `….rs`.
    pub path: PathBuf,
    /// The file of the reference.
    pub reference: PathBuf,
}

impl Variant {
    /// The variant of this name, which need not be there yet: `ch04_spin_lock/guard/wrong/relaxed_unlock`. What stands before
    /// that and the ending do not count, so the path of its file will do.
    ///
    /// # Errors
    ///
    /// Says what the name lacks.
    pub fn find(root: &Path, name: &str) -> Result<Self, String> {
        let path = Path::new(name).with_extension("");
        let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
        let Some([chapter, file, folder, name]) = parts.last_chunk() else {
            return Err(format!("{name} is not like <chapter>/<exercise>/wrong/<name>"));
        };
        let stem = format!("{chapter}/{file}");
        let mut exercises = Catalog::read(root).exercises.into_iter();
        let exercise = exercises.find(|exercise| exercise.stem() == stem);
        let exercise = exercise.ok_or_else(|| format!("there is no exercise {stem}"))?;
        let folder = FOLDERS.into_iter().find(|known| known.name() == folder);
        let folder =
            folder.ok_or_else(|| format!("{name} is neither in `wrong` nor in `right`"))?;
        if !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
            return Err(format!("{name} is no name of a module"));
        }
        let mut known = of(root, &exercise, folder).into_iter();
        Ok(known.find(|variant| variant.name == *name).unwrap_or_else(|| {
            let path = folder.path(root, &exercise).join(format!("{name}.diff"));
            Self::at(root, &exercise, folder, path)
        }))
    }

    fn at(root: &Path, exercise: &Exercise, folder: Folder, path: PathBuf) -> Self {
        let name = path.file_stem().expect("a file").to_string_lossy().into_owned();
        let reference = root.join("solutions/src").join(exercise.stem()).with_extension("rs");
        Self { exercise: exercise.clone(), folder, name, path, reference }
    }

    /// Its name among all variants: `ch04_spin_lock/guard/wrong/relaxed_unlock`.
    pub fn stem(&self) -> String {
        format!("{}/{}/{}", self.exercise.stem(), self.folder.name(), self.name)
    }

    /// Its file, and what is in it, if the variant is `text`: the edit that makes that of the reference, or the whole if that
    /// is shorter.
    ///
    /// # Errors
    ///
    /// Says so if the reference cannot be read.
    pub fn file(&self, text: &str) -> Result<(PathBuf, String), String> {
        Ok(match edit::make(&read(&self.reference)?, text) {
            Some(edit) => (self.path.with_extension("diff"), edit),
            None => (self.path.with_extension("rs"), text.to_owned()),
        })
    }

    /// Writes its [`file`](Self::file).
    ///
    /// # Errors
    ///
    /// Says which file cannot be read or written.
    pub fn save(&self, text: &str) -> Result<(), String> {
        let (path, contents) = self.file(text)?;
        fs::create_dir_all(path.parent().expect("in a folder"))
            .and_then(|()| fs::write(&path, contents))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        if path != self.path && self.path.exists() {
            fs::remove_file(&self.path)
                .map_err(|error| format!("{}: {error}", self.path.display()))?;
        }
        Ok(())
    }

    /// Whether its file is what [`save`](Self::save) makes of it.
    ///
    /// # Errors
    ///
    /// As [`text`](Self::text).
    pub fn is_as_saved(&self) -> Result<bool, String> {
        let (path, contents) = self.file(&self.text()?)?;
        Ok(path == self.path && contents == read(&path)?)
    }

    /// The name of its module among all variants.
    pub fn module(&self) -> String {
        let Exercise { chapter, file, .. } = &self.exercise;
        format!("{chapter}_{file}_{}_{}", self.folder.name(), self.name)
    }

    /// All of it, as Rust.
    ///
    /// # Errors
    ///
    /// Says by name which edit no longer applies, or which file cannot be read.
    pub fn text(&self) -> Result<String, String> {
        if !self.is_edit() {
            return read(&self.path);
        }
        edit::apply(&read(&self.reference)?, &read(&self.path)?).map_err(|error| {
            format!(
                "{}.diff does not apply: {error}. `cargo rooms refresh` carries it along if that has changed",
                self.stem()
            )
        })
    }

    /// Whether its file is an edit, not the whole.
    pub fn is_edit(&self) -> bool {
        self.path.extension().is_some_and(|ending| ending == "diff")
    }
}

/// All variants of all exercises, in order.
pub fn variants(root: &Path) -> Vec<Variant> {
    let mut all = Vec::new();
    for exercise in Catalog::read(root).exercises {
        for folder in FOLDERS {
            all.extend(of(root, &exercise, folder));
        }
    }
    all
}

fn of(root: &Path, exercise: &Exercise, folder: Folder) -> Vec<Variant> {
    let entries = fs::read_dir(folder.path(root, exercise)).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "rs" || ending == "diff"));
    paths.sort();
    paths.into_iter().map(|path| Variant::at(root, exercise, folder, path)).collect()
}

/// A file as it is in the repository: a checkout may have changed the ends of its lines.
///
/// # Errors
///
/// Says which file cannot be read.
pub fn read(path: &Path) -> Result<String, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text.replace("\r\n", "\n"))
}
