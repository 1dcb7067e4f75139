//! Texts in the place of a reference: is each rejected? Mutants of references come through here, by the hundred for one exercise.
//!
//! The same compiler makes the same checks as of a reader's file, each in the world in which it runs first: what is rejected by chance,
//! when real threads happen to meet, would be a verdict of the day. Only the order is made for many. Texts are compiled together; those that the
//! compiler rejects are left out by what it says; the checks of a text end with the first that rejects it. Those that have rejected most texts
//! before come first, and of the others those that explore fewest executions of the reference.
//!
//! To judge them all takes hours, so a fate is remembered longer than a verdict: as long as the text is the same, and the reference, the
//! checks and all that the compiler read beside them. Which judge and engine said it is remembered too, and told.

mod stages;

use crate::bench::Bench;
use crate::child::{self, Enough};
use crate::compile::{self, Unit};
use crate::digest::Digest;
use crate::face;
use crate::judged::Diagnostic;
use crate::options::Options;
use crate::overflow;
use crate::parallel::in_parallel;
use crate::progress::Progress;
use crate::store::{Input, Store};
use crate::subject::{Subject, Wanted};
use crate::verdict::{Outcome, Verdict};
use catalog::{Catalog, Exercise};
use grader::{Kind, World};
use serde::{Deserialize, Serialize};
use stages::{Order, stages};
use std::path::Path;
use std::sync::Mutex;

/// How many texts are compiled to one program.
const BATCH: usize = 12;

/// Limit of each check, in seconds, and by that in executions: a tenth of a reader's. Most references need far less, and of a text
/// that needs more it is said that it was not decided.
const SECONDS: u64 = 6;

/// What a text has other than the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changes {
    /// It may do something else.
    Code,
    /// Bounds, or which types are `Send` and `Sync`: if it compiles, it does the same.
    Types,
}

/// What came of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// The compiler rejects it.
    Uncompiled,
    /// A check rejects it: its name, and the first line of the report.
    Rejected(String, String),
    /// A check came to no end within its limit, and no check before it rejects the text.
    Undecided(String, String),
    /// Every check passes.
    Accepted,
}

/// A fate, and who said it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Remembered {
    fate: Fate,
    /// The hash of judge, engine, compiler and limits.
    judge: String,
}

/// What came of texts.
#[derive(Clone, Debug, Default)]
pub struct Fates {
    /// One for each.
    pub all: Vec<Fate>,
    /// How many of them an earlier judge, engine or compiler has said.
    pub of_earlier_judges: usize,
}

/// Judges texts in the place of references.
#[derive(Debug)]
pub struct Trial {
    bench: Bench,
    store: Store,
    /// See [`Remembered`].
    judge: String,
    again: bool,
}

impl Trial {
    /// Finds the workspace's kit, or builds it. `again`: what an earlier judge has said does not count.
    ///
    /// # Errors
    ///
    /// In words, if that is not possible.
    pub fn open(root: &Path, catalog: Catalog, again: bool) -> Result<Self, String> {
        let mut bench = Bench::open(root, catalog, &Options::default())?;
        bench.limits.seconds = SECONDS;
        let store = Store::new(bench.target.join("fates"), root.to_owned());
        let judge = bench.common().finish();
        Ok(Self { bench, store, judge, again })
    }

    /// The fates of `texts`, one for one. `tell` is told of each as soon as it is known, and it is remembered from then on.
    pub fn judge(
        &self,
        exercise: &Exercise,
        texts: &[(String, Changes)],
        tell: &(impl Fn(usize, &Fate) + Sync),
    ) -> Fates {
        let subjects: Vec<Subject> =
            texts.iter().map(|(text, _)| subject(exercise, text)).collect();
        let known = subjects.iter().map(|subject| self.remembered(subject));
        let known: Vec<Option<Remembered>> = known.collect();
        let is_earlier = |known: &&Option<Remembered>| {
            known.as_ref().is_some_and(|known| known.judge != self.judge)
        };
        let of_earlier_judges = known.iter().filter(is_earlier).count();
        let fates: Vec<Mutex<Option<Fate>>> =
            known.into_iter().map(|known| Mutex::new(known.map(|known| known.fate))).collect();
        let settle = |index: usize, fate: Fate, read: &[Input]| {
            let remembered = Remembered { fate: fate.clone(), judge: self.judge.clone() };
            self.store.keep(&self.key(&subjects[index]), read, &remembered);
            tell(index, &fate);
            *fates[index].lock().expect("nobody panics with this lock") = Some(fate);
        };
        let is_open = |&index: &usize| fates[index].lock().expect("as above").is_none();
        for (index, fate) in fates.iter().enumerate() {
            if let Some(fate) = &*fate.lock().expect("as above") {
                tell(index, fate);
            }
        }
        for (changes, world, names, is_last) in stages(&self.bench.root, exercise) {
            let open = (0..subjects.len()).filter(|&index| texts[index].1 == changes);
            let open: Vec<usize> = open.filter(is_open).collect();
            let is_worth_it = world == World::Model && open.len() > BATCH && !names.is_empty();
            let names = if is_worth_it { self.cheap_first(exercise, names) } else { names };
            let batches: Vec<&[usize]> = open.chunks(BATCH).collect();
            let order = Order::new(names);
            let wanted = |index: &usize| {
                let wanted = Wanted::These(order.names());
                (*index, Subject { wanted, ..subjects[*index].clone() })
            };
            in_parallel(self.bench.slots.all, &batches, |batch| {
                let batch: Vec<(usize, Subject)> = batch.iter().map(wanted).collect();
                let batch: Vec<(usize, &Subject)> = batch.iter().map(|(i, s)| (*i, s)).collect();
                self.compile(world, &batch, &|(index, subject), unit| match unit {
                    None => settle(index, Fate::Uncompiled, &[]),
                    Some(unit) => match self.run(world, &order.names(), unit, subject) {
                        Some(fate) => {
                            order.note(&fate);
                            settle(index, fate, &unit.read);
                        }
                        None if is_last => settle(index, Fate::Accepted, &unit.read),
                        None => {}
                    },
                });
            });
        }
        let fate = |fate: Mutex<Option<Fate>>| fate.into_inner().expect("as above");
        let all = fates.into_iter().map(|of| fate(of).expect("all are settled")).collect();
        Fates { all, of_earlier_judges }
    }

    /// Checks in the order of how many executions of the reference each explores: most mistakes are seen by a small one, and nobody waits
    /// for the large ones before.
    fn cheap_first(&self, exercise: &Exercise, mut names: Vec<String>) -> Vec<String> {
        let file = self.bench.root.join(format!("solutions/src/{}.rs", exercise.stem()));
        let wanted = Wanted::These(names.clone());
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let reference = Subject { wanted, ..subject(exercise, &text) };
        let Ok(unit) = compile::unit(&self.bench, World::Model, &[&reference]) else {
            return names;
        };
        let checks = child::list(&self.bench, &unit, &reference).unwrap_or_default();
        names.sort_by_cached_key(|name| {
            let kind = checks.iter().find(|(listed, _)| listed == name).map(|(_, kind)| *kind);
            kind.map(|kind| {
                let check = (name.as_str(), kind, World::Model);
                overflow::run(
                    &self.bench,
                    &unit,
                    &reference,
                    check,
                    &[],
                    &Progress::None,
                    &Enough::default(),
                )
                .executions
            })
        });
        names
    }

    fn remembered(&self, subject: &Subject) -> Option<Remembered> {
        let found: Option<Remembered> = self.store.find(&self.key(subject));
        found.filter(|found| !self.again || found.judge == self.judge)
    }

    /// Compiles subjects, and tells `each` of its program, or of none if the compiler rejects it.
    fn compile(
        &self,
        world: World,
        subjects: &[(usize, &Subject)],
        each: &impl Fn((usize, &Subject), Option<&Unit>),
    ) {
        let wanted: Vec<&Subject> = subjects.iter().map(|(_, subject)| *subject).collect();
        let errors = match compile::unit(&self.bench, world, &wanted) {
            Ok(unit) => return subjects.iter().for_each(|&subject| each(subject, Some(&unit))),
            Err(errors) => errors,
        };
        // What has no place in a file is no fault of a text: the disk is full, or the compiler is gone.
        assert!(
            errors.iter().any(|error| error.file.is_some()),
            "texts cannot be compiled: {}",
            errors.first().map_or("", |error| &error.message)
        );
        let is_blamed =
            |(_, subject): &(usize, &Subject)| subjects.len() == 1 || is_in(&errors, &subject.file);
        let (blamed, left): (Vec<_>, Vec<_>) = subjects.iter().copied().partition(is_blamed);
        blamed.iter().for_each(|&subject| each(subject, None));
        // The checks do not fit one of them, and the compiler does not say which.
        let parts = if blamed.is_empty() { 2 } else { 1 };
        for part in left.chunks(left.len().div_ceil(parts).max(1)) {
            self.compile(world, part, each);
        }
    }

    /// Runs the checks of these names until one rejects the subject; in the world of facts, also what the judge asks itself.
    fn run(&self, world: World, names: &[String], unit: &Unit, subject: &Subject) -> Option<Fate> {
        if world == World::Model && names.is_empty() {
            return None;
        }
        let checks = match child::list(&self.bench, unit, subject) {
            Ok(checks) => checks,
            Err(error) => return Some(Fate::Rejected("checks".into(), error)),
        };
        let run = |(name, kind): &(String, Kind)| {
            // That it fails is enough: nobody reads the rest of the report.
            let environment = [("LOCKSMITH_UNASKED", "1")];
            let check = (name.as_str(), *kind, world);
            overflow::run(
                &self.bench,
                unit,
                subject,
                check,
                &environment,
                &Progress::None,
                &Enough::default(),
            )
        };
        let wanted =
            names.iter().filter_map(|name| checks.iter().find(|(listed, _)| listed == name));
        // Lazily: nothing runs after the first that rejects it.
        wanted.map(run).find_map(|verdict| fate(&verdict)).or_else(|| {
            let is_last = world == World::Real;
            let of_face = is_last.then(|| face::verdicts(&self.bench, subject));
            of_face.into_iter().flatten().find_map(|verdict| fate(&verdict))
        })
    }

    fn key(&self, subject: &Subject) -> String {
        let mut digest = Digest::new();
        digest.part("exercise", &subject.exercise.id).part("text", code(&subject.text));
        digest.part("yours", format!("{:?}", subject.exercise.yours));
        let Exercise { chapter, file, .. } = &subject.exercise;
        for part in [
            format!("checks/{chapter}/{file}.rs"),
            format!("checks/{chapter}/clients/{file}.rs"),
            format!("src/{chapter}/{file}.rs"),
        ] {
            let path = self.bench.root.join("solutions").join(&part);
            // What cannot be read now cannot be compiled either, or there is none.
            digest.part(&part, code(&std::fs::read_to_string(path).unwrap_or_default()));
        }
        if subject.uses_reference() {
            let _ = digest.files(&self.bench.root, "solutions/src");
        }
        digest.finish()
    }
}

/// A text without the lines that are comments: who says a thing better does not change what it does.
fn code(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// What a verdict says of the text. None, if it passes.
fn fate(verdict: &Verdict) -> Option<Fate> {
    let said = || (verdict.title(), verdict.headline().to_owned());
    match verdict.outcome {
        Outcome::Passed => None,
        Outcome::Failed | Outcome::ToDo => Some(said()).map(|(by, why)| Fate::Rejected(by, why)),
        Outcome::Endless | Outcome::Undecided => {
            Some(said()).map(|(by, why)| Fate::Undecided(by, why))
        }
    }
}

/// A text, named by what it says.
fn subject(exercise: &Exercise, text: &str) -> Subject {
    let hash = Digest::new().part("text", text).finish();
    Subject {
        exercise: exercise.clone(),
        name: format!("{}::mutant::{hash}", exercise.path()),
        file: format!("solutions/mutants/{}/{hash}.rs", exercise.stem()),
        text: text.to_owned(),
        in_place: false,
        wanted: Wanted::All,
    }
}

fn is_in(errors: &[Diagnostic], file: &str) -> bool {
    errors.iter().any(|error| error.file.as_deref() == Some(file))
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn other_words_in_comments_are_the_same_code() {
        let text = "//! Docs.\n\nfn f() {\n    // Why.\n    g(); // So.\n}\n";
        assert_eq!(code(text), code(&text.replace("Why", "Because")));
        assert_ne!(code(text), code(&text.replace("g()", "h()")));
    }
}
