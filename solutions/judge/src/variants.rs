//! Grades the grader: each known-wrong variant is rejected by the check and for the reason that it names, each known-right
//! one passes. Where the book shows the report of a wrong one, it shows what the grader says now.

use crate::bench::Bench;
use crate::board;
use crate::judge::judge_all;
use crate::judged::{Judged, State};
use crate::parallel::in_parallel;
use crate::progress::Progress;
use crate::subject::{Subject, Wanted};
use catalog::variants::{Expected, Folder, Variant, variants};
use std::path::PathBuf;

/// How many variants are compiled to one program.
const BATCH: usize = 12;

/// What came of a variant: its name, and what is wrong, if something is.
pub struct Tried {
    /// `ch04_spin_lock::guard::wrong::relaxed_unlock`.
    pub name: String,
    /// In words.
    pub complaint: Option<String>,
}

/// Judges the variants that `is_wanted`. `write`: what the book shows is written anew.
pub fn judge(bench: &Bench, is_wanted: impl Fn(&Variant) -> bool, write: bool) -> Vec<Tried> {
    let mut all = variants(&bench.root);
    all.retain(is_wanted);
    let mut tried = Vec::new();
    let mut subjects = Vec::new();
    for variant in &all {
        match Subject::variant(variant) {
            Ok(subject) => subjects.push((variant, subject)),
            Err(complaint) => {
                let name = format!(
                    "{}::{}::{}",
                    variant.exercise.path(),
                    variant.folder.name(),
                    variant.name
                );
                tried.push(Tried { name, complaint: Some(complaint) });
            }
        }
    }
    // The checks of a right one are many, and in two worlds.
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
            Wanted::All => is_accepted(judged),
        };
        tried.push(Tried { name: subject.name.clone(), complaint: complaint.err() });
    }
    tried.sort_by(|left, right| left.name.cmp(&right.name));
    tried
}

fn is_rejected(
    bench: &Bench,
    subject: &Subject,
    judged: &Judged,
    write: bool,
) -> Result<(), String> {
    let expected =
        Expected::parse(&subject.text).ok_or("needs `//! Rejected by:` and `//! Because:`")?;
    if judged.state == State::Broken {
        return Err(format!("does not compile:\n\n{}", board::describe(judged)));
    }
    let verdict = judged.verdicts.first().ok_or("no check was run")?;
    match judged.state {
        State::Failing if verdict.report.contains(&expected.because) => {
            is_shown(bench, subject, &format!("{}\n\n{}\n", verdict.title(), verdict.report), write)
        }
        State::Failing => Err(format!(
            "rejected, but not because of {:?}:\n\n{}",
            expected.because, verdict.report
        )),
        _ => Err(format!("{} did not reject it", expected.check)),
    }
}

/// Where the book shows the report of `subject`, if it does: `src/timelines/ch04_spin_lock/guard-relaxed_unlock.txt`.
fn shown_at(bench: &Bench, subject: &Subject) -> Option<PathBuf> {
    let (stem, variant) = subject.name.split_once("::wrong::")?;
    let file = format!("{}-{variant}.txt", stem.replace("::", "/"));
    Some(bench.root.join("src/timelines").join(file)).filter(|path| path.is_file())
}

/// Holds the book to what the grader says; with `write`, writes that into the book (`ci/timelines`).
fn is_shown(bench: &Bench, subject: &Subject, report: &str, write: bool) -> Result<(), String> {
    let Some(path) = shown_at(bench, subject) else { return Ok(()) };
    if write {
        return std::fs::write(&path, report)
            .map_err(|error| format!("{}: {error}", path.display()));
    }
    // A checkout may have changed the ends of lines.
    let shown = std::fs::read_to_string(&path).map(|text| text.replace("\r\n", "\n"));
    if shown.is_ok_and(|shown| shown == report) {
        return Ok(());
    }
    Err(format!(
        "{} is not what the grader says now, run `ci/timelines`:\n\n{report}",
        path.display()
    ))
}

fn is_accepted(judged: &Judged) -> Result<(), String> {
    match judged.state {
        State::Passing => Ok(()),
        _ => Err(format!("a false alarm:\n\n{}", board::describe(judged))),
    }
}
