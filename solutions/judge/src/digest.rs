//! Files by what they say, never by their times.

use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// A hash of named parts.
#[derive(Clone, Debug)]
pub struct Digest(Sha256);

impl Digest {
    /// Of nothing yet.
    pub fn new() -> Self {
        Self(Sha256::new())
    }

    /// Adds a part. Its name and length go in as well, so that two parts are not taken for one.
    pub fn part(&mut self, name: &str, bytes: impl AsRef<[u8]>) -> &mut Self {
        for bytes in [name.as_bytes(), bytes.as_ref()] {
            self.0.update((bytes.len() as u64).to_le_bytes());
            self.0.update(bytes);
        }
        self
    }

    /// Adds a file, or everything in a folder, under the names that it has below `root`. What is not there adds that.
    ///
    /// # Errors
    ///
    /// If something that is there cannot be read.
    pub fn files(&mut self, root: &Path, below: &str) -> io::Result<&mut Self> {
        for path in files(&root.join(below))? {
            let name =
                path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            self.part(&name, fs::read(&path)?);
        }
        Ok(self)
    }

    /// The hash, in letters.
    pub fn finish(&self) -> String {
        self.0.clone().finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The hash of a file, if there is one.
pub fn of_file(path: &Path) -> Option<String> {
    Some(Digest::new().part("", fs::read(path).ok()?).finish())
}

/// Everything in a folder, in order; the file itself, if it is one; nothing, if it is not there.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    let mut entries =
        fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    for entry in entries {
        found.extend(files(&entry)?);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::Digest;

    #[test]
    fn two_parts_are_not_one() {
        let of = |parts: &[(&str, &str)]| {
            let mut digest = Digest::new();
            for (name, text) in parts {
                digest.part(name, text);
            }
            digest.finish()
        };
        assert_ne!(of(&[("a", "bc")]), of(&[("ab", "c")]));
        assert_ne!(of(&[("a", "b"), ("", "")]), of(&[("a", "b")]));
        assert_eq!(of(&[("a", "b")]), of(&[("a", "b")]));
    }
}
