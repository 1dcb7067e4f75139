//! Judges the mutants of an exercise.

use crate::edit::Edit;
use crate::found::{Given, Mutant, mutants};
use crate::survivors::{Class, Survivors};
use catalog::Exercise;
use judge::{Changes, Fate, Fates, Trial};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;

/// How many mutants of an exercise have come to which end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Those that compile.
    pub mutants: usize,
    /// A check rejects them.
    pub rejected: usize,
    /// A check came to no end within its limit, which a reader sees as a failure too.
    pub undecided: usize,
    /// They do the same as the reference.
    pub equivalent: usize,
    /// They do what no page promises, or do not do it; or the mistake is in what the stub gives.
    pub outside: usize,
    /// They are wrong, and pass.
    pub holes: usize,
}

/// What came of an exercise.
#[derive(Debug, Default)]
pub struct Judged {
    /// In numbers; what is not in the list is a hole.
    pub counts: Counts,
    /// Survivors that are not in the list, with the edits that they are.
    pub unlisted: Vec<(Mutant, Edit)>,
    /// Entries of the list that a survivor of this exercise is.
    pub met: BTreeSet<usize>,
    /// Of each mutant that compiles, what rejected it.
    pub log: Vec<String>,
    /// How many fates an earlier judge or engine has said.
    pub of_earlier_judges: usize,
}

/// The reference of an exercise.
///
/// # Errors
///
/// In words, if it cannot be read.
pub fn reference(root: &Path, exercise: &Exercise) -> Result<String, String> {
    let file = format!("solutions/src/{}.rs", exercise.stem());
    std::fs::read_to_string(root.join(&file)).map_err(|error| format!("{file}: {error}"))
}

/// What the reference has, and what its stub has finished.
///
/// # Errors
///
/// In words, if one of them cannot be read.
pub fn given(root: &Path, exercise: &Exercise, text: &str) -> Result<(Given, Given), String> {
    let file = format!("exercises/src/{}.rs", exercise.stem());
    let stub = std::fs::read_to_string(root.join(&file));
    let stub = stub.map_err(|error| format!("{file}: {error}"))?;
    let of = |text| Given::of(text).map_err(|error| format!("{}: {error}", exercise.path()));
    Ok((of(text)?, of(&stub)?))
}

/// Judges them all, or all that one operator makes. `tell` is told how many are done, and of how many.
///
/// # Errors
///
/// In words, if the reference itself cannot be read, or is rejected.
pub fn exercise(
    root: &Path,
    trial: &Trial,
    exercise: &Exercise,
    (list, only): (&Survivors, Option<&str>),
    tell: &(impl Fn(usize, usize) + Sync),
) -> Result<Judged, String> {
    let text = reference(root, exercise)?;
    let given = given(root, exercise, &text)?;
    let mut all = mutants(&text).map_err(|error| format!("{}: {error}", exercise.path()))?;
    all.retain(|mutant| only.is_none_or(|operator| mutant.operator == operator));
    // The reference too, as if it were a mutant: what rejects it would reject all.
    let mutants = all.iter().map(|mutant| (mutant.text.clone(), changes(mutant.operator)));
    let texts: Vec<(String, Changes)> =
        std::iter::once((text.clone(), Changes::Code)).chain(mutants).collect();
    let done = std::sync::atomic::AtomicUsize::new(0);
    let Fates { all: fates, of_earlier_judges } = trial.judge(exercise, &texts, &|_, _| {
        // Relaxed: a number to show.
        tell(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1, texts.len());
    });
    if fates[0] != Fate::Accepted {
        return Err(format!(
            "{}: the reference itself is rejected: {:?}",
            exercise.path(),
            fates[0]
        ));
    }
    let mut judged = Judged { of_earlier_judges, ..Judged::default() };
    for (mutant, fate) in all.into_iter().zip(&fates[1..]) {
        let is_given = given.0.shares(&given.1, &mutant.place);
        judged.add(&text, mutant, fate, exercise, (list, is_given));
    }
    Ok(judged)
}

/// What a mutant of this operator has other than the reference, if it compiles.
fn changes(operator: &str) -> Changes {
    let is_of_types = matches!(
        operator,
        "send_or_sync_deleted"
            | "send_or_sync_added"
            | "send_for_sync"
            | "bound_dropped"
            | "phantom_owns_nothing"
    );
    if is_of_types { Changes::Types } else { Changes::Code }
}

impl Judged {
    /// `is_given`: the stub has it finished.
    fn add(
        &mut self,
        text: &str,
        mutant: Mutant,
        fate: &Fate,
        of: &Exercise,
        (list, is_given): (&Survivors, bool),
    ) {
        let edit = Edit::of(text, &mutant);
        let counts = &mut self.counts;
        let said = match fate {
            Fate::Uncompiled => return,
            Fate::Rejected(by, why) => {
                counts.rejected += 1;
                format!("rejected by {by}: {why}")
            }
            Fate::Undecided(by, why) => {
                counts.undecided += 1;
                format!("not decided by {by}: {why}")
            }
            Fate::Accepted if is_given => {
                counts.outside += 1;
                "accepted, and not the reader's: the stub gives it".into()
            }
            Fate::Accepted => {
                let entry = list.find(&of.id, mutant.operator, &mutant.place, &edit);
                self.met.extend(entry);
                match entry.map(|entry| list.all[entry].class) {
                    Some(Class::Equivalent) => counts.equivalent += 1,
                    Some(Class::Outside) => counts.outside += 1,
                    Some(Class::Hole) | None => counts.holes += 1,
                }
                if entry.is_none() {
                    self.unlisted.push((mutant.clone(), edit.clone()));
                }
                "accepted".into()
            }
        };
        counts.mutants += 1;
        let Edit { was, is } = edit;
        self.log.push(format!("{} {}: {was} → {is}\n    {said}", mutant.operator, mutant.place));
    }
}
