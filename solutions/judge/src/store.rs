//! Verdicts that were said before, by the hash of all that they depend on.

use crate::digest::{self, Digest};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{fs, io};

/// A folder of verdicts. Several judges may use it at once: what is there is whole, and nothing is ever changed.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
    root: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Entry<T> {
    /// What the compiler read besides what the key names, and the hashes.
    read: Vec<(Input, Option<String>)>,
    judged: T,
}

/// What a compiler may read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Input {
    /// A file: from the root, or from where all paths begin.
    File(String),
    /// A variable of the environment: `env!`.
    Variable {
        /// Its name.
        variable: String,
    },
}

impl Input {
    /// The hash of what it says now, if it is there.
    fn hash(&self, root: &Path) -> Option<String> {
        match self {
            Self::File(file) => digest::of_file(&root.join(file)),
            Self::Variable { variable } => {
                let value = std::env::var_os(variable)?;
                Some(Digest::new().part("", value.as_encoded_bytes()).finish())
            }
        }
    }
}

impl Store {
    /// The store in a folder, for a workspace.
    pub fn new(folder: PathBuf, root: PathBuf) -> Self {
        Self { folder, root }
    }

    /// What was said of this key.
    pub fn find<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let entry: Entry<T> = serde_json::from_slice(&fs::read(self.file(key)).ok()?).ok()?;
        let is_same = |(input, hash): &(Input, Option<String>)| input.hash(&self.root) == *hash;
        entry.read.iter().all(is_same).then_some(entry.judged)
    }

    /// Remembers it. That it cannot be written is no harm: it is judged again the next time.
    pub fn keep<T: Serialize + Clone>(&self, key: &str, read: &[Input], judged: &T) {
        let hashed = read.iter().map(|input| (input.clone(), input.hash(&self.root)));
        let entry = Entry { read: hashed.collect(), judged: judged.clone() };
        if let Ok(text) = serde_json::to_string(&entry) {
            let _ = write(&self.file(key), &text);
        }
    }

    fn file(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.json"))
    }
}

/// Writes a file whole or not at all.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    // Relaxed: the numbers only have to differ.
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    fs::create_dir_all(path.parent().expect("a file in a folder"))?;
    let draft = path.with_extension(format!("{}-{number}", std::process::id()));
    fs::write(&draft, text)?;
    fs::rename(&draft, path).inspect_err(|_| {
        let _ = fs::remove_file(&draft);
    })
}
