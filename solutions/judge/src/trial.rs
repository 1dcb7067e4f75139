//! Texts in the place of a reference: is each rejected? Mutants of references come through here, by the hundred for one exercise.
//!
//! The same compiler makes the same checks as of a reader's file, each in the world in which it runs first: what is rejected by chance,
//! when real threads happen to meet, would be a verdict of the day. Only the order is made for many. Texts are compiled together; those that the
//! compiler rejects are left out by what it says; the checks of a text end with the first that rejects it.
//!
//! To judge them all takes hours, so a fate is remembered longer than a verdict: as long as the text is the same, and the reference, the
//! checks and all that the compiler read beside them. Which judge and engine said it is remembered too, and told.

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
use crate::store::Store;
use crate::subject::{Subject, Wanted};
use crate::verdict::{Outcome, Verdict};
use catalog::{Catalog, Exercise};
use grader::{Kind, World};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Mutex;

/// How many texts are compiled to one program.
const BATCH: usize = 12;

/// Limit of each check, in seconds, and by that in executions: a tenth of a reader's. Most references need far less, and of a text
/// that needs more it is said that it was not decided.
const SECONDS: u64 = 6;

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
        texts: &[String],
        tell: &(impl Fn(usize, &Fate) + Sync),
    ) -> Fates {
        let subjects: Vec<Subject> = texts.iter().map(|text| subject(exercise, text)).collect();
        let known = subjects.iter().map(|subject| self.remembered(subject));
        let known: Vec<Option<Remembered>> = known.collect();
        let is_earlier = |known: &&Option<Remembered>| {
            known.as_ref().is_some_and(|known| known.judge != self.judge)
        };
        let of_earlier_judges = known.iter().filter(is_earlier).count();
        let fates: Vec<Mutex<Option<Fate>>> =
            known.into_iter().map(|known| Mutex::new(known.map(|known| known.fate))).collect();
        let settle = |index: usize, fate: Fate, read: &[String]| {
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
        let (models, programs, facts) = stages(&self.bench.root, exercise);
        for (world, names) in
            [(World::Model, models), (World::Model, programs), (World::Real, facts)]
        {
            if names.is_empty() && world == World::Model {
                continue;
            }
            let open: Vec<usize> = (0..subjects.len()).filter(is_open).collect();
            let batches: Vec<&[usize]> = open.chunks(BATCH).collect();
            let wanted = |index: &usize| {
                let wanted = Wanted::These(names.clone());
                (*index, Subject { wanted, ..subjects[*index].clone() })
            };
            in_parallel(self.bench.slots.all, &batches, |batch| {
                let batch: Vec<(usize, Subject)> = batch.iter().map(wanted).collect();
                let batch: Vec<(usize, &Subject)> = batch.iter().map(|(i, s)| (*i, s)).collect();
                self.compile(world, &batch, &|(index, subject), unit| match unit {
                    None => settle(index, Fate::Uncompiled, &[]),
                    Some(unit) => match (world, self.run(world, &names, unit, subject)) {
                        (_, Some(fate)) => settle(index, fate, &unit.read),
                        (World::Model, None) => {}
                        (World::Real, None) => settle(index, Fate::Accepted, &unit.read),
                    },
                });
            });
        }
        let fate = |fate: Mutex<Option<Fate>>| fate.into_inner().expect("as above");
        let all = fates.into_iter().map(|of| fate(of).expect("all are settled")).collect();
        Fates { all, of_earlier_judges }
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
        let checks = match child::list(&self.bench, unit, subject) {
            Ok(checks) => checks,
            Err(error) => return Some(Fate::Rejected("checks".into(), error)),
        };
        let run = |(name, kind): &(String, Kind)| {
            // That it fails is enough: nobody reads the rest of the report.
            let environment = [("LOCKSMITH_UNASKED", "1")];
            let check = (name.as_str(), *kind, world);
            overflow::run(&self.bench, unit, subject, check, &environment, &Progress::None, &Enough::default())
        };
        let wanted = checks.iter().filter(|(name, _)| names.contains(name));
        // Lazily: nothing runs after the first that rejects it.
        wanted.map(run).find_map(|verdict| fate(&verdict)).or_else(|| {
            let is_last = world == World::Real;
            let of_face = is_last.then(|| face::verdicts(&self.bench, subject));
            of_face.into_iter().flatten().find_map(|verdict| fate(&verdict))
        })
    }

    fn key(&self, subject: &Subject) -> String {
        let mut digest = Digest::new();
        digest.part("exercise", &subject.exercise.id).part("text", &subject.text);
        digest.part("yours", format!("{:?}", subject.exercise.yours));
        let Exercise { chapter, file, .. } = &subject.exercise;
        for room in ["checks", "src"] {
            // What cannot be read now cannot be compiled either.
            let _ =
                digest.files(&self.bench.root, &format!("solutions/{room}/{chapter}/{file}.rs"));
        }
        let _ = digest
            .files(&self.bench.root, &format!("solutions/checks/{chapter}/clients/{file}.rs"));
        if subject.uses_reference() {
            let _ = digest.files(&self.bench.root, "solutions/src");
        }
        digest.finish()
    }
}

/// The names of the checks in three parts: models and counted ones by hand, those that try every small program, facts. What tries every
/// program takes most of the compiler's time, so it is only asked of what the others let pass.
fn stages(root: &Path, exercise: &Exercise) -> (Vec<String>, Vec<String>, Vec<String>) {
    let file = root.join(format!("solutions/checks/{}.rs", exercise.stem()));
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let (mut models, mut programs, mut facts) = (Vec::new(), Vec::new(), Vec::new());
    for check in text.split("Check::").skip(1) {
        let Some((kind, rest)) = check.split_once('(') else { continue };
        let mut parts = rest.splitn(3, '"');
        let (Some(before), Some(name), Some(rest)) = (parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        if !before.trim().is_empty() {
            continue;
        }
        let run = rest.split(')').next().unwrap_or_default();
        let part = match kind {
            "fact" => &mut facts,
            "model" | "counted" if run.contains("clients::check") => &mut programs,
            "model" | "counted" => &mut models,
            _ => continue,
        };
        part.push(name.to_owned());
    }
    (models, programs, facts)
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
