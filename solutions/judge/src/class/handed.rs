//! Finds what was handed in.
//!
//! Each folder in the class's folder is a submission, and its name is the submission's. What counts in it:
//!
//! - If there is `exercises/src` somewhere in it, as in a clone of the project, the files below that, and no others.
//! - `CHAPTER/FILE.rs`, wherever it is: `ch04_spin_lock/guard.rs`.
//! - `FILE.rs` in another folder, if only one exercise is called that.
//!
//! Links are not followed. What is neither a source of an exercise nor a module of one is told, and not looked at.

use super::key;
use crate::unit::neighbours;
use catalog::Exercise;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The longest file that is judged, in bytes.
const LONGEST: u64 = 1 << 20;

/// How many files a submission may have that belong to it, whatever they are.
const MOST: usize = 20_000;

/// What one person, or one group, has handed in.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The folder's name.
    pub name: String,
    /// By the exercise's id.
    pub files: BTreeMap<String, Handed>,
    /// Sources in it that belong to no exercise, and what else is to be told.
    pub unknown: Vec<String>,
}

/// A file that was handed in.
#[derive(Clone, Debug)]
pub struct Handed {
    /// Below the submission's folder.
    pub file: String,
    /// What it says; or why nobody knows, in words.
    pub text: Result<String, String>,
    /// Files that are compiled with it, if there are any: itself and they, by their names below a room.
    pub beside: BTreeMap<String, String>,
    /// The hash of all that.
    pub key: String,
}

/// All submissions in a folder, and what is in it beside them.
pub fn all(
    folder: &Path,
    exercises: &[&Exercise],
) -> Result<(Vec<Submission>, Vec<String>), String> {
    let trouble = |error| format!("{}: {error}", folder.display());
    let is_room = fs::canonicalize(folder).is_ok_and(|folder| folder.ends_with("exercises"));
    let is_one = |entry: &Path| {
        let chapters = || exercises.iter().any(|e| entry.ends_with(&e.chapter));
        entry.ends_with("exercises") || is_room && entry.ends_with("src") || chapters()
    };
    let (mut submissions, mut unknown) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder).map_err(trouble)? {
        let entry = entry.map_err(trouble)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // `file_type` does not follow links.
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && is_one(&entry.path()) {
            return Err(format!(
                "{} is one submission: name the folder in which all of them are",
                folder.display()
            ));
        }
        match is_folder {
            true if name.starts_with('.') => {}
            true => submissions.push(submission(&entry.path(), name, exercises)),
            false => unknown.push(name),
        }
    }
    if submissions.iter().all(|submission| submission.files.is_empty()) {
        return Err(format!("{}: no folder in it has a file of an exercise", folder.display()));
    }
    unknown.sort();
    Ok((submissions, unknown))
}

fn submission(folder: &Path, name: String, exercises: &[&Exercise]) -> Submission {
    let (mut sources, mut count) = (Vec::new(), 0);
    collect(folder, &mut sources, &mut count);
    sources.sort();
    let mut unknown = Vec::new();
    if count > MOST {
        unknown.push(format!("more than {MOST} files: the rest was not looked at"));
    }
    let room = sources.iter().find_map(|file| room(file));
    if let Some(room) = &room {
        sources.retain(|file| file.starts_with(room));
    }
    let mut found: BTreeMap<&str, Vec<&PathBuf>> = BTreeMap::new();
    for file in &sources {
        let exercise = of(file, exercises);
        match exercise {
            Some(exercise) => found.entry(&exercise.id).or_default().push(file),
            None if is_plumbing(file) || exercises.iter().any(|e| is_module(file, e)) => {}
            None => unknown.push(below(file, folder)),
        }
    }
    let mut files = BTreeMap::new();
    for exercise in exercises {
        let handed = match found.get(exercise.id.as_str()).map(Vec::as_slice) {
            None => continue,
            Some([file]) => handed(folder, file, exercise),
            Some(several) => {
                let names: Vec<String> = several.iter().map(|file| below(file, folder)).collect();
                let why = format!(
                    "there are several copies of it: {}. Which one counts?",
                    names.join(", ")
                );
                let key = key(exercise, &why, &BTreeMap::new());
                Handed { file: names[0].clone(), text: Err(why), beside: BTreeMap::new(), key }
            }
        };
        files.insert(exercise.id.clone(), handed);
    }
    Submission { name, files, unknown }
}

/// Sources below a folder. Links are no files, and what was built, or is hidden, no sources.
fn collect(folder: &Path, found: &mut Vec<PathBuf>, count: &mut usize) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        *count += 1;
        if *count > MOST {
            return;
        }
        let (path, name) = (entry.path(), entry.file_name());
        let Ok(kind) = entry.file_type() else { continue };
        let is_skipped = name == "target" || name.to_string_lossy().starts_with('.');
        if kind.is_dir() && !is_skipped {
            collect(&path, found, count);
        } else if kind.is_file() && path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The folder `exercises/src` in which a file is.
fn room(file: &Path) -> Option<PathBuf> {
    file.ancestors().find(|folder| folder.ends_with("exercises/src")).map(Path::to_owned)
}

/// The exercise that a file is.
fn of<'a>(file: &Path, exercises: &[&'a Exercise]) -> Option<&'a Exercise> {
    let in_chapter = |exercise: &&&Exercise| file.ends_with(format!("{}.rs", exercise.stem()));
    if let Some(exercise) = exercises.iter().find(in_chapter) {
        return Some(exercise);
    }
    let folder = file.parent()?;
    let in_another = exercises.iter().any(|e| folder.ends_with(&e.chapter) || is_module(file, e));
    let mut called = exercises.iter().filter(|e| file.ends_with(format!("{}.rs", e.file)));
    let only = called.next().filter(|_| called.next().is_none() && !in_another);
    only.copied()
}

/// Is it in the folder that has the modules of an exercise: `ch04_spin_lock/guard/inner.rs`?
fn is_module(file: &Path, exercise: &Exercise) -> bool {
    let stem = exercise.stem();
    file.ancestors().skip(1).any(|folder| folder.ends_with(&stem))
}

/// The files that hold the exercises together.
fn is_plumbing(file: &Path) -> bool {
    ["lib.rs", "mod.rs", "main.rs", "build.rs"].iter().any(|name| file.ends_with(name))
}

fn below(file: &Path, folder: &Path) -> String {
    file.strip_prefix(folder).unwrap_or(file).to_string_lossy().replace('\\', "/")
}

fn handed(root: &Path, file: &Path, exercise: &Exercise) -> Handed {
    let text = read(file);
    let mut beside = BTreeMap::new();
    if let Ok(text) = &text {
        gather((root, file), exercise, text, &mut beside);
    }
    let said = text.as_ref().unwrap_or_else(|why| why);
    let key = key(exercise, said, &beside);
    Handed { file: below(file, root), text, beside, key }
}

/// What is compiled with a file: its modules, and the neighbours that it names, with theirs. Nothing, if it stands alone.
fn gather(
    (root, file): (&Path, &Path),
    exercise: &Exercise,
    text: &str,
    beside: &mut BTreeMap<String, String>,
) {
    let Some(folder) = file.parent() else { return };
    let mut modules = Vec::new();
    collect(&file.with_extension(""), &mut modules, &mut 0);
    let mut left: Vec<(PathBuf, String)> = neighbours(folder, text)
        .into_iter()
        .map(|(folder, name)| (folder.join(format!("{name}.rs")), String::new()))
        .chain(modules.into_iter().map(|module| (module, exercise.chapter.clone())))
        .collect();
    if left.is_empty() {
        return;
    }
    beside.insert(format!("{}.rs", exercise.stem()), text.to_owned());
    while let Some((file, _)) = left.pop() {
        let Some(name) = name_in_room(&file, folder, exercise) else { continue };
        // Also by way of a link, and of a name such as `crate::neighbour::guard`.
        if !is_within(&file, root) {
            continue;
        }
        let Ok(text) = read(&file) else { continue };
        if beside.len() >= 64 || beside.contains_key(&name) {
            continue;
        }
        let folder = file.parent().unwrap_or(folder);
        let more = neighbours(folder, &text).into_iter();
        left.extend(more.map(|(folder, name)| (folder.join(format!("{name}.rs")), String::new())));
        beside.insert(name, text);
    }
}

/// What a file is called in a room: beside the exercise's file, or in a chapter beside its chapter.
fn name_in_room(file: &Path, folder: &Path, exercise: &Exercise) -> Option<String> {
    let text = |path: &Path| path.to_str().map(|path| path.replace('\\', "/"));
    match file.strip_prefix(folder) {
        Ok(below) => Some(format!("{}/{}", exercise.chapter, text(below)?)),
        Err(_) => text(file.strip_prefix(folder.parent()?).ok()?),
    }
}

fn is_within(file: &Path, root: &Path) -> bool {
    let paths = fs::canonicalize(file).ok().zip(fs::canonicalize(root).ok());
    paths.is_some_and(|(file, root)| file.starts_with(root))
}

fn read(file: &Path) -> Result<String, String> {
    let data = fs::symlink_metadata(file).map_err(|error| error.to_string())?;
    if !data.is_file() {
        return Err("this is not a file".into());
    }
    if data.len() > LONGEST {
        return Err(format!("{} bytes are too many: at most {LONGEST} are judged", data.len()));
    }
    fs::read_to_string(file).map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidData => "this is not text: it is not UTF-8".into(),
        _ => error.to_string(),
    })
}
