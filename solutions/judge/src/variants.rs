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

/// How many variants are compiled to one program.
const BATCH: usize = 12;

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
    let expected =
        Expected::parse(&subject.text).ok_or("needs `//! Rejected by:` and `//! Because:`")?;
    if judged.state == State::Broken {
        return Err(format!("does not compile:\n\n{}", board::describe(judged)));
    }
    let verdict = judged.verdicts.first().ok_or("no check was run")?;
    match judged.state {
        State::Failing if verdict.report.contains(&expected.because) => {
            shown::hold(bench, subject, verdict, write)
        }
        State::Failing => Err(format!(
            "rejected, but not because of {:?}:\n\n{}",
            expected.because, verdict.report
        )),
        _ => Err(format!("{} did not reject it", expected.check)),
    }
}

fn is_accepted(judged: &Judged) -> Result<(), String> {
    match judged.state {
        State::Passing => Ok(()),
        _ => Err(format!("a false alarm:\n\n{}", board::describe(judged))),
    }
}
