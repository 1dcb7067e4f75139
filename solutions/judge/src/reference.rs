//! Verifies the reference solutions: every check passes, and every ordering is shown to be needed.

use crate::audit::{self, Weakening};
use crate::bench::Bench;
use crate::compiled::{Compiled, compile};
use crate::judge;
use crate::judged::{Judged, State};
use crate::parallel::in_parallel;
use crate::progress::Progress;
use crate::store;
use crate::subject::Subject;
use catalog::Exercise;
use std::fs;
use std::path::PathBuf;

/// How many references are compiled to one program.
const BATCH: usize = 8;

/// What came of a reference.
pub struct Verified<'a> {
    /// The exercise.
    pub exercise: &'a Exercise,
    /// Its checks.
    pub judged: Judged,
    /// Orderings that could be weaker: no check fails, and the catalogue does not say why they are needed all the same.
    pub unneeded: Vec<String>,
}

impl Verified<'_> {
    /// Is it as it should be?
    pub fn is_right(&self) -> bool {
        self.judged.state == State::Passing && self.unneeded.is_empty()
    }
}

/// Verifies the references of these exercises; with `audit`, also each of their orderings.
///
/// # Errors
///
/// In words, if that is not possible.
pub fn verify<'a>(
    bench: &Bench,
    exercises: &[&'a Exercise],
    audit: bool,
) -> Result<Vec<Verified<'a>>, String> {
    let progress = Progress::on_terminal();
    // The last ones first: later exercises have larger models, and one that begins when all others have ended leaves processors idle.
    let batches: Vec<&[&Exercise]> = exercises.chunks(BATCH).rev().collect();
    let verified =
        in_parallel(bench.slots.all, &batches, |batch| of(bench, batch, audit, &progress));
    progress.clear();
    let verified: Result<Vec<_>, String> = verified.into_iter().collect();
    let verified = verified?.into_iter().rev().flatten();
    Ok(verified
        .zip(exercises)
        .map(|((judged, unneeded), exercise)| Verified { exercise, judged, unneeded })
        .collect())
}

fn of(
    bench: &Bench,
    batch: &[&Exercise],
    audit: bool,
    progress: &Progress,
) -> Result<Vec<(Judged, Vec<String>)>, String> {
    let subjects: Result<Vec<Subject>, String> =
        batch.iter().map(|exercise| Subject::reference(&bench.root, exercise)).collect();
    let subjects = subjects?;
    let subjects: Vec<&Subject> = subjects.iter().collect();
    let judged = judge::judge_all(bench, &subjects, progress, |_, _| {});
    let mut audits: Vec<Option<Vec<Weakening>>> = Vec::new();
    for (subject, judged) in subjects.iter().zip(&judged) {
        let is_asked = audit && judged.state == State::Passing;
        audits.push(if is_asked { find(bench, subject)? } else { Some(Vec::new()) });
    }
    let left: Vec<usize> = (0..subjects.len()).filter(|&index| audits[index].is_none()).collect();
    let wanted: Vec<&Subject> = left.iter().map(|&index| subjects[index]).collect();
    if !wanted.is_empty() {
        for (index, compiled) in left.into_iter().zip(compile(bench, &wanted)) {
            let compiled: Compiled<'_> =
                compiled.map_err(|_| format!("{} has changed meanwhile", subjects[index].file))?;
            let all = audit::weakenings(bench, &compiled, progress)?;
            let file = file(bench, subjects[index])?;
            let text = serde_json::to_string(&all).map_err(|error| error.to_string())?;
            // That it cannot be written is no harm.
            let _ = store::write(&file, &text);
            audits[index] = Some(all);
        }
    }
    let unneeded = |(audit, exercise): (Option<Vec<Weakening>>, &&Exercise)| -> Vec<String> {
        let survivors = audit.into_iter().flatten().filter(|weakening| weakening.survives);
        let words = survivors.map(|weakening| weakening.to_string());
        words
            .filter(|words| !exercise.unproven.iter().any(|u| words.ends_with(&u.weakening)))
            .collect()
    };
    Ok(judged.into_iter().zip(audits.into_iter().zip(batch).map(unneeded)).collect())
}

/// Where the audit of a subject is remembered.
fn file(bench: &Bench, subject: &Subject) -> Result<PathBuf, String> {
    Ok(bench.target.join("audits").join(format!("{}.json", bench.key(subject)?)))
}

/// The audit as it was, if nothing has changed.
fn find(bench: &Bench, subject: &Subject) -> Result<Option<Vec<Weakening>>, String> {
    if bench.again {
        return Ok(None);
    }
    let text = fs::read(file(bench, subject)?).ok();
    Ok(text.and_then(|text| serde_json::from_slice(&text).ok()))
}
