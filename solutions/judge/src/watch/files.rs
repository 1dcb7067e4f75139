//! Which files have changed. They are looked at again and again: there are few of them, and it works where no system tells of a
//! change, on a network's file system and in a container.
//!
//! A time decides here when to look, and never what the verdict is: the judge knows a file by what it says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Files that are so much younger than the oldest one were saved by somebody, and have not just come with the clone.
const BY_HAND: Duration = Duration::from_secs(60);

/// The sources in a folder.
#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
    seen: BTreeMap<PathBuf, Stamp>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    saved: Option<SystemTime>,
    length: u64,
}

impl Files {
    /// As they are now.
    pub fn new(folder: PathBuf) -> Self {
        let mut seen = BTreeMap::new();
        look(&folder, Path::new(""), &mut seen);
        Self { folder, seen }
    }

    /// What is not as it was at the last look, below the folder: changed, new or gone.
    pub fn changed(&mut self) -> Vec<PathBuf> {
        let mut now = BTreeMap::new();
        look(&self.folder, Path::new(""), &mut now);
        let before = std::mem::replace(&mut self.seen, now);
        let is_other = |file: &&PathBuf| before.get(*file) != self.seen.get(*file);
        let all: BTreeSet<&PathBuf> = self.seen.keys().chain(before.keys()).collect();
        all.into_iter().filter(is_other).cloned().collect()
    }

    /// The file that was saved last, if one was since they all came here.
    pub fn saved_last(&self) -> Option<PathBuf> {
        let saved = || self.seen.iter().filter_map(|(file, stamp)| Some((stamp.saved?, file)));
        let (oldest, _) = saved().min()?;
        let (newest, file) = saved().max()?;
        (newest.duration_since(oldest).ok()? > BY_HAND).then(|| file.clone())
    }
}

/// What cannot be read is not there: an editor may just be replacing it.
fn look(root: &Path, below: &Path, found: &mut BTreeMap<PathBuf, Stamp>) {
    for entry in fs::read_dir(root.join(below)).into_iter().flatten().flatten() {
        let file = below.join(entry.file_name());
        let Ok(data) = fs::metadata(root.join(&file)) else { continue };
        if data.is_dir() {
            look(root, &file, found);
        } else if file.extension().is_some_and(|ending| ending == "rs") {
            found.insert(file, Stamp { saved: data.modified().ok(), length: data.len() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Files;
    use std::fs;
    use std::path::PathBuf;

    #[test]
    fn what_is_saved_made_or_removed_has_changed_once() {
        let folder = std::env::temp_dir().join(format!("watched-{}", std::process::id()));
        fs::create_dir_all(folder.join("chapter")).unwrap();
        fs::write(folder.join("chapter/a.rs"), "").unwrap();
        let mut files = Files::new(folder.clone());
        assert_eq!((files.changed(), files.saved_last()), (vec![], None));
        fs::write(folder.join("chapter/a.rs"), "longer").unwrap();
        fs::write(folder.join("chapter/b.rs"), "").unwrap();
        fs::write(folder.join("chapter/b.rs~"), "").unwrap();
        let both = ["chapter/a.rs", "chapter/b.rs"].map(PathBuf::from);
        assert_eq!(files.changed(), both);
        assert_eq!(files.changed(), Vec::<PathBuf>::new());
        fs::remove_file(folder.join("chapter/b.rs")).unwrap();
        assert_eq!(files.changed(), [PathBuf::from("chapter/b.rs")]);
        fs::remove_dir_all(&folder).unwrap();
    }
}
