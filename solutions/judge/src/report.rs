//! The machine-readable result. The page for lecturers documents it.

use crate::board;
use crate::judged::{Diagnostic, Judged, State};
use crate::kit::Engine;
use crate::verdict::Verdict;
use catalog::Exercise;
use catalog::variants::Variant;
use serde::Serialize;
use std::path::Path;

/// The version of its form. A reader of it may rely on what is there in a version; new fields may come.
const VERSION: u32 = 2;

/// The whole report.
#[derive(Debug, Serialize)]
struct Report<'a> {
    version: u32,
    engine: &'static str,
    exercises: Vec<Entry<'a>>,
}

/// What became of an exercise.
#[derive(Debug, Serialize)]
pub struct Entry<'a> {
    id: &'a str,
    title: &'a str,
    chapter: &'a str,
    file: &'a str,
    /// Of a variant its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    variant: Option<&'a str>,
    state: State,
    note: String,
    as_before: bool,
    todos: usize,
    checks: Vec<CheckEntry<'a>>,
    checks_left_out: bool,
    messages: &'a [Diagnostic],
}

/// What became of a check.
#[derive(Debug, Serialize)]
pub struct CheckEntry<'a> {
    title: String,
    headline: &'a str,
    #[serde(flatten)]
    verdict: &'a Verdict,
}

impl<'a> CheckEntry<'a> {
    /// What became of a check.
    pub fn new(verdict: &'a Verdict) -> Self {
        Self { title: verdict.title(), headline: verdict.headline(), verdict }
    }

    /// Which check of a file has failed, and how.
    pub fn in_two_lines(&self, file: &str) -> [String; 2] {
        [format!("✗ {file}: {}", self.title), format!("  {}", self.headline)]
    }
}

impl<'a> Entry<'a> {
    /// What became of `exercise`.
    pub fn new(exercise: &'a Exercise, judged: &'a Judged) -> Self {
        Self {
            id: &exercise.id,
            title: &exercise.title,
            chapter: &exercise.chapter,
            file: &exercise.file,
            variant: None,
            state: judged.state,
            note: board::note(judged),
            as_before: judged.as_before,
            todos: judged.left,
            checks: judged.verdicts.iter().map(CheckEntry::new).collect(),
            checks_left_out: judged.cut,
            messages: &judged.diagnostics,
        }
    }
}

/// Takes away an earlier run's report: whoever reads it when this run has come to nothing would take it for this one's.
///
/// # Errors
///
/// If the report could not be written there.
pub fn clear(path: &Path) -> Result<(), String> {
    let is_plain = path.symlink_metadata().is_ok_and(|data| data.is_file());
    let done = match path.parent() {
        _ if is_plain => std::fs::remove_file(path),
        _ if path.is_dir() => Err(std::io::ErrorKind::IsADirectory.into()),
        Some(folder) if !folder.as_os_str().is_empty() => std::fs::metadata(folder).map(drop),
        _ => Ok(()),
    };
    done.map_err(|error| format!("{}: {error}", path.display()))
}

/// Writes the report.
///
/// # Errors
///
/// If the file cannot be written.
pub fn write(path: &Path, engine: Engine, graded: &[(&Exercise, Judged)]) -> Result<(), String> {
    let exercises = graded.iter().map(|(exercise, judged)| Entry::new(exercise, judged));
    write_entries(path, engine, exercises)
}

/// Writes the report of wrong variants: of each the exercise, the name, and what came of it.
///
/// # Errors
///
/// If the file cannot be written.
pub fn write_variants(
    path: &Path,
    engine: Engine,
    judged: &[(Variant, String, Judged)],
) -> Result<(), String> {
    let entries = judged.iter().map(|(variant, name, judged)| Entry {
        variant: Some(name),
        ..Entry::new(&variant.exercise, judged)
    });
    write_entries(path, engine, entries)
}

fn write_entries<'a>(
    path: &Path,
    engine: Engine,
    exercises: impl Iterator<Item = Entry<'a>>,
) -> Result<(), String> {
    let report = Report { version: VERSION, engine: engine.name(), exercises: exercises.collect() };
    let text = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())? + "\n";
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
