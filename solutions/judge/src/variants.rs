//! Grades the grader: each known-wrong variant is rejected by the check and for the reason that it names, each known-right
//! one passes. Where the book shows the report of a wrong one, it shows what the grader says now.

use crate::bench::{Bench, Programs};
use crate::board;
use crate::judge::judge_all;
use crate::judged::{Judged, State};
use crate::parallel::in_parallel;
use crate::progress::Progress;
use crate::shown;
use crate::subject::{Subject, Wanted};
use catalog::variants::{Expected, Folder, Variant, variants};
use std::path::Path;

/// How many variants are compiled to one program.
const BATCH: usize = 24;

/// What came of a variant: its name, and what is wrong, if something is.
pub struct Tried {
    /// `ch04_spin_lock::guard::wrong::relaxed_unlock`.
    pub name: String,
    /// In words.
    pub complaint: Option<String>,
}

/// Judges the variants that `is_wanted`. `write`: what the book shows is written anew, and only the variants that it shows are judged.
pub fn judge(bench: &Bench, is_wanted: impl Fn(&Variant) -> bool, write: bool) -> Vec<Tried> {
    let mut all = variants(&bench.root);
    all.retain(is_wanted);
    if write {
        all.retain(|variant| shown::at(&bench.root, &name(variant)).is_some());
    }
    let briefly = bench.limits.programs != Programs::Many;
    let mut tried = Vec::new();
    let mut subjects = Vec::new();
    for variant in &all {
        match Subject::variant(variant, briefly) {
            Ok(subject) => subjects.push((variant, subject)),
            Err(complaint) => {
                let name = name(variant);
                tried.push(Tried { name, complaint: Some(complaint) });
            }
        }
    }
    // The checks of a right one are many.
    let (wrong, right): (Vec<_>, Vec<_>) =
        subjects.iter().partition(|(variant, _)| variant.folder == Folder::Wrong);
    let batches: Vec<&[&(&Variant, Subject)]> =
        right.chunks(BATCH / 4).chain(wrong.chunks(BATCH)).collect();
    let progress = Progress::on_terminal();
    let judged = in_parallel(bench.slots.all, &batches, |batch| {
        let subjects: Vec<&Subject> = batch.iter().map(|(_, subject)| subject).collect();
        judge_all(bench, &subjects, &progress, |_, _| {})
    });
    progress.clear();
    for ((_, subject), judged) in batches.iter().copied().flatten().zip(judged.iter().flatten()) {
        let complaint = match subject.wanted {
            Wanted::One(_) => is_rejected(bench, subject, judged, write),
            Wanted::All | Wanted::AllOnce | Wanted::These(_) => is_accepted(judged),
        };
        tried.push(Tried { name: subject.name.clone(), complaint: complaint.err() });
    }
    tried.sort_by(|left, right| left.name.cmp(&right.name));
    tried
}

/// Judges the wrong variants that `is_wanted` as a reader's file is judged: by all checks. What comes of each, with its name.
///
/// # Errors
///
/// In words, if one is not as it should be.
pub fn by_all_checks(
    bench: &Bench,
    is_wanted: impl Fn(&Variant) -> bool,
) -> Result<Vec<(Variant, String, Judged)>, String> {
    let mut all = variants(&bench.root);
    all.retain(|variant| variant.folder == Folder::Wrong && is_wanted(variant));
    let subjects: Result<Vec<Subject>, String> = all
        .iter()
        .map(|variant| Ok(Subject { wanted: Wanted::AllOnce, ..Subject::variant(variant, true)? }))
        .collect();
    let subjects = subjects?;
    let batches: Vec<&[Subject]> = subjects.chunks(BATCH).collect();
    let progress = Progress::on_terminal();
    let judged = in_parallel(bench.slots.all, &batches, |batch| {
        judge_all(bench, &batch.iter().collect::<Vec<_>>(), &progress, |_, _| {})
    });
    progress.clear();
    let named = subjects.iter().map(|subject| subject.name.clone());
    let all = all.into_iter().zip(named).zip(judged.into_iter().flatten());
    Ok(all.map(|((variant, name), judged)| (variant, name, judged)).collect())
}

/// What its subject is called.
fn name(variant: &Variant) -> String {
    format!("{}::{}::{}", variant.exercise.path(), variant.folder.name(), variant.name)
}

fn is_rejected(
    bench: &Bench,
    subject: &Subject,
    judged: &Judged,
    write: bool,
) -> Result<(), String> {
    let expected = Expected::parse(&subject.text)
        .ok_or("needs words after `//! Rejected by:` and after `//! Because:`")?;
    if judged.state == State::Broken {
        return Err(format!("does not compile:\n\n{}", board::describe(judged)));
    }
    let verdict = judged.verdicts.first().ok_or("no check was run")?;
    match judged.state {
        State::Failing if verdict.report.contains(&expected.because) => {
            match elsewhere(&verdict.report, subject) {
                Some(place) => Err(format!(
                    "the report names a place that is not the reader's, {place}:\n\n{}",
                    verdict.report
                )),
                None => shown::hold(bench, subject, verdict, write),
            }
        }
        State::Failing => Err(format!(
            "rejected, but not because of {:?}:\n\n{}",
            expected.because, verdict.report
        )),
        _ => Err(format!("{} did not reject it", expected.check)),
    }
}

/// The first place that a report names and that is neither in the file under test nor in what it imports: the checker's, the judge's or
/// std's. (A place in the checks is called `check:12`.)
fn elsewhere(report: &str, subject: &Subject) -> Option<String> {
    let own = Path::new(&subject.file).file_stem().unwrap_or_default().to_string_lossy();
    let is_known =
        |file: &str| file == subject.exercise.file || file == own || is_imported(file, subject);
    places(report).find(|(file, _)| !is_known(file)).map(|(file, line)| format!("{file}.rs:{line}"))
}

/// Is this the file of a finished part, or of an exercise before, that the text imports? These a reader may open and read.
fn is_imported(file: &str, subject: &Subject) -> bool {
    let imports = subject.text.lines().filter(|line| line.starts_with("use "));
    let mut imports =
        imports.filter(|line| line.contains("parts::") || line.contains("reference::"));
    imports.any(|line| line.to_lowercase().contains(file))
}

/// Places of a report: files without `.rs`, and lines.
fn places(report: &str) -> impl Iterator<Item = (&str, &str)> {
    report.match_indices(".rs:").filter_map(|(at, mark)| {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let file = report[..at].rsplit(|c| !is_part(c)).next().unwrap_or_default();
        let line = report[at + mark.len()..].split(|c: char| !c.is_ascii_digit()).next();
        line.filter(|line| !line.is_empty()).map(|line| (file, line))
    })
}

fn is_accepted(judged: &Judged) -> Result<(), String> {
    match judged.state {
        State::Passing => Ok(()),
        _ => Err(format!("a false alarm:\n\n{}", board::describe(judged))),
    }
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn places_of_a_report_are_files_with_lines() {
        let report = "a value was dropped twice: `drop` (mod.rs:805)\n  0  guard.rs:38 │ check:19 │ see main.rs: it";
        let all: Vec<_> = places(report).collect();
        assert_eq!(all, [("mod", "805"), ("guard", "38")]);
    }
}
