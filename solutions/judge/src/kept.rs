//! Folders that stay, with what the compiler remembers of a file: between two edits little of it changes.
//!
//! The compiler knows by hashes what has changed, as the judge does; that is its `incremental` compilation, with which Cargo builds what
//! one works at. It takes a folder of the same name each time, and a few megabytes for each file, so only the file that is
//! graded alone has one.

use crate::subject::Subject;
use grader::World;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// So many folders stay, two for each file.
const MOST: usize = 16;

/// A folder that nobody else compiles in as long as this lives.
#[derive(Debug)]
pub struct Kept {
    /// Where the compiler is started, and where it puts what it makes.
    pub folder: PathBuf,
    _alone: File,
}

impl Kept {
    /// The folder of the reader's file below `target`. None if somebody else compiles in it; or if there is none yet, unless one is
    /// `wanted`.
    pub fn of(target: &Path, world: World, subject: &Subject, wanted: bool) -> Option<Self> {
        let all = target.join("incremental");
        let name = format!("{}-{world:?}", subject.exercise.stem().replace('/', "-"));
        let folder = all.join(&name);
        if !folder.is_dir() {
            if !wanted {
                return None;
            }
            fs::create_dir_all(&all).ok()?;
            leave(&all, MOST - 1);
        }
        let alone = lock(&all, &name)?;
        fs::create_dir_all(&folder).ok()?;
        Some(Self { folder, _alone: alone })
    }

    /// Where the compiler keeps what it remembers.
    pub fn cache(&self) -> PathBuf {
        self.folder.join("cache")
    }

    /// Forgets everything.
    pub fn clear(&self) {
        // What cannot be removed is found again by the compiler, which looks at what it finds.
        let _ = fs::remove_dir_all(self.cache());
    }
}

/// The lock of a folder lies beside it, and stays when the folder goes.
fn lock(all: &Path, name: &str) -> Option<File> {
    let path = all.join(name).with_extension("lock");
    let lock = File::options().create(true).truncate(false).write(true).open(path).ok()?;
    lock.try_lock().is_ok().then_some(lock)
}

/// Removes those that were used longest ago, but for so many.
fn leave(all: &Path, most: usize) {
    let entries = fs::read_dir(all).into_iter().flatten().flatten();
    let time = |path: &Path| fs::metadata(path).and_then(|data| data.modified());
    let folders = entries.map(|entry| entry.path()).filter(|path| path.is_dir());
    let mut folders: Vec<(SystemTime, PathBuf)> =
        folders.map(|path| (time(&path).unwrap_or(SystemTime::UNIX_EPOCH), path)).collect();
    folders.sort_unstable_by(|left, right| right.cmp(left));
    for (_, folder) in folders.drain(..).skip(most) {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(_alone) = lock(all, &name) {
            // What cannot be removed now is removed another time.
            let _ = fs::remove_dir_all(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{leave, lock};
    use std::fs;

    #[test]
    fn folder_that_somebody_compiles_in_stays() {
        let all = std::env::temp_dir().join(format!("kept-{}", std::process::id()));
        let names = ["one", "two", "three"];
        names.iter().for_each(|name| fs::create_dir_all(all.join(name)).unwrap());
        let alone = lock(&all, "two").expect("nobody has it");
        assert!(lock(&all, "two").is_none());
        leave(&all, 0);
        let left = |name: &&&str| all.join(**name).is_dir();
        assert_eq!(names.iter().filter(left).collect::<Vec<_>>(), [&"two"]);
        drop(alone);
        leave(&all, 0);
        assert_eq!(names.iter().filter(left).count(), 0);
        fs::remove_dir_all(&all).unwrap();
    }
}
