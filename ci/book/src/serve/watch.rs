//! Tells when a file of the book was saved.

use crate::finding::one_line;
use anyhow::{Context, Result};
use catalog::Catalog;
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant, SystemTime};
use walkdir::WalkDir;

/// The folders whose files the book shows.
const FOLDERS: [&str; 4] = ["src", "exercises", "solutions", "theme"];

/// Editors write a file in several steps; the book is built once they have been still for so long.
const STILL: Duration = Duration::from_millis(150);

/// An exercise is judged sooner: the next save ends the judge that runs, so nothing is lost if a step was still to come.
const STILL_OF_EXERCISE: Duration = Duration::from_millis(15);

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
    watcher: RecommendedWatcher,
    /// Folders that were not there when last looked for.
    absent: Vec<PathBuf>,
    events: Receiver<Event>,
    seen: Files,
    /// Files of exercises that were saved, and since when they have been still enough.
    saved: (BTreeSet<PathBuf>, Option<Instant>),
    /// When all files are to be looked at.
    look: Option<Instant>,
}

type Files = BTreeMap<PathBuf, Stamp>;

/// When a file was written, and how long it is.
type Stamp = (Option<SystemTime>, u64);

/// Begins to watch the book of `root`, and whether it `judges` exercises.
pub fn changes(root: &Path, judges: bool) -> Result<Changes> {
    let (tell, events) = mpsc::channel();
    let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // To read a file is an event too on some systems, and the build reads every file.
        if let Ok(event) = event
            && !event.kind.is_access()
        {
            // Nobody listens only when nobody builds any more.
            let _ = tell.send(event);
        }
    });
    let mut watcher = watcher.context("cannot watch the book's files")?;
    // The root's own files: an editor that replaces book.toml ends a watch on the file itself.
    watcher.watch(root, RecursiveMode::NonRecursive).context("cannot watch the book's files")?;
    let absent = FOLDERS.map(|folder| root.join(folder)).to_vec();
    let catalog = judges.then(|| Catalog::read(root));
    let (root, seen, saved) = (root.to_owned(), Files::new(), (BTreeSet::new(), None));
    let mut changes = Changes { root, catalog, watcher, absent, events, seen, saved, look: None };
    changes.watch_folders()?;
    changes.seen = changes.files();
    Ok(changes)
}

impl Changes {
    /// Begins to watch the folders that are there by now.
    fn watch_folders(&mut self) -> Result<()> {
        for folder in self.absent.extract_if(.., |folder| folder.is_dir()) {
            let watched = self.watcher.watch(&folder, RecursiveMode::Recursive);
            watched.with_context(|| format!("cannot watch {}", folder.display()))?;
        }
        Ok(())
    }

    /// The files that the book may show.
    fn files(&self) -> Files {
        let folders = FOLDERS.iter().flat_map(|folder| {
            let all = WalkDir::new(self.root.join(folder)).into_iter();
            all.filter_entry(|entry| !is_hidden(entry.path()))
        });
        folders
            .chain(WalkDir::new(self.root.join("book.toml")))
            .flatten()
            .filter(|entry| entry.file_type().is_file() && self.is_ours(entry.path()))
            .filter_map(|entry| {
                let metadata = entry.metadata().ok()?;
                Some((entry.into_path(), (metadata.modified().ok(), metadata.len())))
            })
            .collect()
    }

    /// Is it in a folder of the book, and nothing that Cargo or an editor keeps there for itself?
    fn is_in_book(&self, path: &Path) -> bool {
        // Some systems name a file by another way to the root: then it may be anything.
        let Ok(below) = path.strip_prefix(&self.root) else { return true };
        let is_there = FOLDERS.iter().any(|folder| below.starts_with(folder));
        (is_there || below == Path::new("book.toml")) && !is_hidden(below)
    }

    /// May the book show it? An editor's draft beside an exercise is no reason to build the book.
    fn is_ours(&self, path: &Path) -> bool {
        let is_code = path.extension() == Some(OsStr::new("rs"));
        self.is_in_book(path) && (is_code || !path.starts_with(self.root.join(EXERCISES)))
    }

    /// A file of an exercise, below [`EXERCISES`].
    fn of_exercise<'a>(&self, path: &'a Path) -> Option<&'a Path> {
        let below = path.strip_prefix(self.root.join(EXERCISES)).ok()?;
        let mut all = self.catalog.iter().flat_map(|catalog| &catalog.exercises);
        all.any(|exercise| exercise.owns(below)).then_some(below)
    }

    /// Sorts what differs from what was there before.
    fn sort(&self, now: &Files) -> Changed {
        let is_other = |file: &&PathBuf| self.seen.get(*file) != now.get(*file);
        let all: BTreeSet<&PathBuf> = self.seen.keys().chain(now.keys()).collect();
        let mut changed = Changed { exercises: Vec::new(), book: false };
        for file in all.into_iter().filter(is_other) {
            match self.of_exercise(file) {
                Some(file) => changed.exercises.push(file.to_owned()),
                None => changed.book = true,
            }
        }
        changed
    }
}

impl Changes {
    /// Takes what the system tells. A saved exercise is known by its path; of anything else only that it is time to look, for no
    /// system tells of everything.
    fn hear(&mut self, event: Event) {
        let now = Instant::now();
        for path in event.paths {
            let of_exercise = self.of_exercise(&path).map(Path::to_owned);
            match of_exercise.zip(stamp(&path)) {
                Some((file, stamp)) if self.seen.get(&path) != Some(&stamp) => {
                    self.seen.insert(path, stamp);
                    self.saved.0.insert(file);
                    self.saved.1 = Some(now + STILL_OF_EXERCISE);
                }
                // Without an extension it may be a folder.
                None if self.is_ours(&path)
                    || path.extension().is_none() && self.is_in_book(&path) =>
                {
                    self.look = Some(now + STILL);
                }
                _ => {}
            }
        }
    }

    /// Looks at all files: what counts is whether any differs.
    fn look(&mut self) -> Option<Changed> {
        if let Err(error) = self.watch_folders() {
            eprintln!("warning: {}", one_line(&error));
        }
        let now = self.files();
        let changed = (now != self.seen).then(|| self.sort(&now));
        self.seen = now;
        changed
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = path.metadata().ok().filter(|metadata| metadata.is_file())?;
    Some((metadata.modified().ok(), metadata.len()))
}

/// Is it, or is it in, something that Cargo or an editor keeps for itself?
fn is_hidden(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name == "target" || name.as_encoded_bytes().starts_with(b"."))
}

impl Iterator for Changes {
    type Item = Changed;

    /// Waits for a change.
    fn next(&mut self) -> Option<Changed> {
        loop {
            let next = [self.saved.1, self.look].into_iter().flatten().min();
            let event = match next {
                None => self.events.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(next) => {
                    self.events.recv_timeout(next.saturating_duration_since(Instant::now()))
                }
            };
            match event {
                Ok(event) => self.hear(event),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) if next == self.saved.1 => {
                    let (saved, _) = std::mem::take(&mut self.saved);
                    return Some(Changed { exercises: saved.into_iter().collect(), book: false });
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.look = None;
                    if let Some(changed) = self.look() {
                        return Some(changed);
                    }
                }
            }
        }
    }
}
