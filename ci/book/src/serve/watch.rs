//! Tells when a file of the book was saved.

use crate::finding::one_line;
use anyhow::{Context, Result};
use catalog::Catalog;
use notify_debouncer_mini::notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_mini::{Debouncer, new_debouncer};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, SystemTime};
use walkdir::{DirEntry, WalkDir};

/// The folders whose files the book shows.
const FOLDERS: [&str; 4] = ["src", "exercises", "solutions", "theme"];

/// Editors write a file in several steps; the book is built once they have been still for so long.
const STILL: Duration = Duration::from_millis(150);

/// What has changed.
pub struct Changed {
    /// Files of exercises, each a path below [`EXERCISES`]: they are judged, and no page shows them.
    pub exercises: Vec<PathBuf>,
    /// Something that the book shows.
    pub book: bool,
}

/// Where the reader's files are.
const EXERCISES: &str = "exercises/src";

/// A turn for each change of a file of the book.
pub struct Changes {
    root: PathBuf,
    /// The list of exercises, if they are judged.
    catalog: Option<Catalog>,
    debouncer: Debouncer<RecommendedWatcher>,
    /// Folders that were not there when last looked for.
    absent: Vec<PathBuf>,
    events: Receiver<()>,
    seen: Files,
}

/// When each file was written, and how long it is.
type Files = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

/// Begins to watch the book of `root`, and whether it `judges` exercises.
pub fn changes(root: &Path, judges: bool) -> Result<Changes> {
    let (tell, events) = mpsc::channel();
    let debouncer = new_debouncer(STILL, move |_| {
        // Nobody listens only when nobody builds any more.
        let _ = tell.send(());
    });
    let mut debouncer = debouncer.context("cannot watch the book's files")?;
    // The root's own files: an editor that replaces book.toml ends a watch on the file itself.
    debouncer
        .watcher()
        .watch(root, RecursiveMode::NonRecursive)
        .context("cannot watch the book's files")?;
    let absent = FOLDERS.map(|folder| root.join(folder)).to_vec();
    let catalog = judges.then(|| Catalog::read(root));
    let (root, seen) = (root.to_owned(), Files::new());
    let mut changes = Changes { root, catalog, debouncer, absent, events, seen };
    changes.watch_folders()?;
    changes.seen = changes.files();
    Ok(changes)
}

impl Changes {
    /// Begins to watch the folders that are there by now.
    fn watch_folders(&mut self) -> Result<()> {
        for folder in self.absent.extract_if(.., |folder| folder.is_dir()) {
            let watched = self.debouncer.watcher().watch(&folder, RecursiveMode::Recursive);
            watched.with_context(|| format!("cannot watch {}", folder.display()))?;
        }
        Ok(())
    }

    /// The files that the book may show. What Cargo and editors put beside them is not among them: an editor's draft beside an
    /// exercise is no reason to build the book.
    fn files(&self) -> Files {
        let is_ours = |entry: &DirEntry| {
            let name = entry.file_name();
            name != OsStr::new("target") && !name.as_encoded_bytes().starts_with(b".")
        };
        let exercises = self.root.join(EXERCISES);
        let folders = FOLDERS.iter().flat_map(|folder| {
            WalkDir::new(self.root.join(folder)).into_iter().filter_entry(is_ours)
        });
        folders
            .chain(WalkDir::new(self.root.join("book.toml")))
            .flatten()
            .filter(|entry| entry.file_type().is_file())
            .filter(|entry| {
                let is_code = entry.path().extension() == Some(OsStr::new("rs"));
                is_code || !entry.path().starts_with(&exercises)
            })
            .filter_map(|entry| {
                let metadata = entry.metadata().ok()?;
                Some((entry.into_path(), (metadata.modified().ok(), metadata.len())))
            })
            .collect()
    }
}

impl Changes {
    /// Sorts what differs from what was there before.
    fn sort(&self, now: &Files) -> Changed {
        let is_other = |file: &&PathBuf| self.seen.get(*file) != now.get(*file);
        let all: BTreeSet<&PathBuf> = self.seen.keys().chain(now.keys()).collect();
        let mut changed = Changed { exercises: Vec::new(), book: false };
        for file in all.into_iter().filter(is_other) {
            let below = file.strip_prefix(self.root.join(EXERCISES)).ok();
            let of_exercise = below.filter(|below| {
                let all = self.catalog.iter().flat_map(|catalog| &catalog.exercises);
                all.into_iter().any(|exercise| exercise.owns(below))
            });
            match of_exercise {
                Some(file) => changed.exercises.push(file.to_owned()),
                None => changed.book = true,
            }
        }
        changed
    }
}

impl Iterator for Changes {
    type Item = Changed;

    /// Waits for a change. To open a file for reading is an event too on some systems, and the build reads every file:
    /// what counts is whether any differs.
    fn next(&mut self) -> Option<Changed> {
        loop {
            self.events.recv().ok()?;
            if let Err(error) = self.watch_folders() {
                eprintln!("warning: {}", one_line(&error));
            }
            let now = self.files();
            if now != self.seen {
                let changed = self.sort(&now);
                self.seen = now;
                return Some(changed);
            }
        }
    }
}
