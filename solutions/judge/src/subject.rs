//! What is judged.

use crate::digest::Digest;
use catalog::Exercise;
use catalog::variants::{Expected, Folder, Variant};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Which of the checks a subject needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All of them, over the model checker and over real threads.
    All,
    /// All of them, each in the world in which it runs first.
    AllOnce,
    /// Those of these names, each in the world in which it runs first.
    These(Vec<String>),
    /// The one of this name, in the world in which it runs first.
    One(String),
}

impl Wanted {
    /// Is it not a single one?
    pub const fn all(&self) -> bool {
        matches!(self, Self::All | Self::AllOnce)
    }
}

/// The first part of the name of each file that was handed in.
pub const STRANGERS: &str = "target/judge/class/";

/// An exercise in one of its forms.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The exercise.
    pub exercise: Exercise,
    /// `ch04_spin_lock::guard`, or `ch04_spin_lock::guard::wrong::relaxed_unlock`.
    pub name: String,
    /// The file, below the root, with `/`: what reports call it.
    pub file: String,
    /// What it says.
    pub text: String,
    /// The text is that of the file, and is compiled there; otherwise it is written for the compiler.
    pub in_place: bool,
    /// Its checks.
    pub wanted: Wanted,
}

impl Subject {
    /// The reader's file.
    pub fn reader(root: &Path, exercise: &Exercise) -> Result<Self, String> {
        Self::in_place(root, "exercises/src", exercise)
    }

    /// The reference.
    pub fn reference(root: &Path, exercise: &Exercise) -> Result<Self, String> {
        Self::in_place(root, "solutions/src", exercise)
    }

    fn in_place(root: &Path, room: &str, exercise: &Exercise) -> Result<Self, String> {
        let file = format!("{room}/{}.rs", exercise.stem());
        let text = read(&root.join(&file)).map_err(|error| format!("{file}: {error}"))?;
        let exercise = exercise.clone();
        Ok(Self {
            name: exercise.path(),
            exercise,
            file,
            text,
            in_place: true,
            wanted: Wanted::All,
        })
    }

    /// A variant. `briefly`: there are hundreds, and a right one is spared the real threads.
    pub fn variant(variant: &Variant, briefly: bool) -> Result<Self, String> {
        let text = variant.text()?;
        let Variant { exercise, folder, name, .. } = variant;
        let stem = format!("{}/{}/{name}", exercise.stem(), folder.name());
        let wanted = match folder {
            Folder::Right if briefly => Wanted::AllOnce,
            Folder::Right => Wanted::All,
            Folder::Wrong => {
                let expected = Expected::parse(&text);
                let missing = || {
                    format!("{stem}: needs words after `//! Rejected by:` and after `//! Because:`")
                };
                Wanted::One(expected.ok_or_else(missing)?.check)
            }
        };
        let name = stem.replace('/', "::");
        let file = format!("solutions/variants/{stem}.rs");
        Ok(Self { exercise: exercise.clone(), name, file, text, in_place: false, wanted })
    }

    /// Is it the reader's own file?
    pub fn is_reader(&self) -> bool {
        self.in_place && self.file.starts_with("exercises/")
    }

    /// Was it written by somebody whom the judge does not know? Then all that reads it or runs it is in a sandbox.
    pub fn is_strangers(&self) -> bool {
        self.file.starts_with(STRANGERS)
    }

    /// Where the checks are, below the root.
    pub fn checks(&self) -> String {
        format!("solutions/checks/{}.rs", self.exercise.stem())
    }

    /// Does it build on the reference of another chapter?
    pub fn uses_reference(&self) -> bool {
        self.text.contains("reference::")
    }

    /// The hash of the text, and of all that is compiled with it beside the kit.
    pub fn hash(&self, root: &Path, digest: &mut Digest) -> Result<(), String> {
        let Self { exercise, name, file, text, wanted, .. } = self;
        digest.part("subject", format!("{name} {file} {wanted:?}")).part("text", text);
        digest.part("yours", format!("{:?}", exercise.yours));
        // The checks, and the reference, to whose face it is held.
        for room in ["checks", "src"] {
            let folder = format!("solutions/{room}/{}", exercise.chapter);
            digest.files(root, &folder).map_err(|error| format!("{folder}: {error}"))?;
        }
        Ok(())
    }

    /// The folder of the file, where it is compiled in place.
    pub fn folder(&self, root: &Path) -> PathBuf {
        root.join(&self.file).parent().expect("a file in a folder").to_owned()
    }
}

/// The longest file that is judged, in bytes.
const LONGEST: u64 = 1 << 20;

/// Reads a source, or says in words why it is none.
fn read(path: &Path) -> Result<String, String> {
    let data = fs::metadata(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => "the file is gone; `git checkout` brings it back".into(),
        _ => error.to_string(),
    })?;
    if !data.is_file() {
        return Err("this is not a file".into());
    }
    if data.len() > LONGEST {
        return Err(format!("{} bytes are too many: at most {LONGEST} are judged", data.len()));
    }
    fs::read_to_string(path).map_err(|error| match error.kind() {
        ErrorKind::InvalidData => "this is not text: it is not UTF-8".into(),
        _ => error.to_string(),
    })
}
