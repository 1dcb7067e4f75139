//! Texts in the place of a reference: is each rejected? Mutants of references come through here, by the hundred for one exercise.
//!
//! It is the same compiler, the same programs and the same checks as for a reader's file. Only the order is made for many: texts are
//! compiled together, those that the compiler rejects are left out by what it says, the checks of a text end with the first that
//! rejects it, and only what passes all models is compiled for real threads too.

use crate::bench::Bench;
use crate::child;
use crate::compile::{self, Unit};
use crate::digest::Digest;
use crate::face;
use crate::judged::Diagnostic;
use crate::options::Options;
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

/// Judges texts in the place of references.
#[derive(Debug)]
pub struct Trial {
    bench: Bench,
    store: Store,
}

impl Trial {
    /// Finds the workspace's kit, or builds it.
    ///
    /// # Errors
    ///
    /// In words, if that is not possible.
    pub fn open(root: &Path, catalog: Catalog) -> Result<Self, String> {
        let mut bench = Bench::open(root, catalog, &Options::default())?;
        bench.limits.seconds = SECONDS;
        let store = Store::new(bench.target.join("fates"), root.to_owned());
        Ok(Self { bench, store })
    }

    /// The fates of `texts`, one for one. `tell` is told of each as soon as it is known, and it is remembered from then on.
    pub fn judge(
        &self,
        exercise: &Exercise,
        texts: &[String],
        tell: &(impl Fn(usize, &Fate) + Sync),
    ) -> Vec<Fate> {
        let subjects: Vec<Subject> = texts.iter().map(|text| subject(exercise, text)).collect();
        let fates: Vec<Mutex<Option<Fate>>> = subjects
            .iter()
            .map(|subject| Mutex::new(self.store.find(&self.key(subject))))
            .collect();
        let settle = |index: usize, fate: Fate, read: &[String]| {
            self.store.keep(&self.key(&subjects[index]), read, &fate);
            tell(index, &fate);
            *fates[index].lock().expect("nobody panics with this lock") = Some(fate);
        };
        let is_open = |&index: &usize| fates[index].lock().expect("as above").is_none();
        for (index, fate) in fates.iter().enumerate() {
            if let Some(fate) = &*fate.lock().expect("as above") {
                tell(index, fate);
            }
        }
        for world in [World::Model, World::Real] {
            let open: Vec<usize> = (0..subjects.len()).filter(is_open).collect();
            let batches: Vec<&[usize]> = open.chunks(BATCH).collect();
            in_parallel(self.bench.slots.all, &batches, |batch| {
                self.compile(world, batch, &subjects, &|index, unit| match unit {
                    None => settle(index, Fate::Uncompiled, &[]),
                    Some(unit) => match (world, self.run(world, unit, &subjects[index])) {
                        (_, Some(fate)) => settle(index, fate, &unit.read),
                        (World::Model, None) => {}
                        (World::Real, None) => settle(index, Fate::Accepted, &unit.read),
                    },
                });
            });
        }
        let fate = |fate: Mutex<Option<Fate>>| fate.into_inner().expect("as above");
        fates.into_iter().map(|of| fate(of).expect("all are settled")).collect()
    }

    /// Compiles some of `subjects`, and tells `each` of its program, or of none if the compiler rejects it.
    fn compile(
        &self,
        world: World,
        wanted: &[usize],
        subjects: &[Subject],
        each: &impl Fn(usize, Option<&Unit>),
    ) {
        let chosen: Vec<&Subject> = wanted.iter().map(|&index| &subjects[index]).collect();
        let errors = match compile::unit(&self.bench, world, &chosen) {
            Ok(unit) => return wanted.iter().for_each(|&index| each(index, Some(&unit))),
            Err(errors) => errors,
        };
        // What has no place in a file is no fault of a text: the disk is full, or the compiler is gone.
        assert!(
            errors.iter().any(|error| error.file.is_some()),
            "texts cannot be compiled: {}",
            errors.first().map_or("", |error| &error.message)
        );
        let is_blamed = |index: &usize| is_in(&errors, &subjects[*index].file) || wanted.len() == 1;
        let (blamed, left): (Vec<usize>, Vec<usize>) = wanted.iter().partition(|i| is_blamed(i));
        blamed.iter().for_each(|&index| each(index, None));
        // The checks do not fit one of them, and the compiler does not say which.
        let parts = if blamed.is_empty() { 2 } else { 1 };
        for part in left.chunks(left.len().div_ceil(parts).max(1)) {
            self.compile(world, part, subjects, each);
        }
    }

    /// Runs the checks of a world until one rejects the subject.
    fn run(&self, world: World, unit: &Unit, subject: &Subject) -> Option<Fate> {
        let checks = match child::list(&self.bench, unit, subject) {
            Ok(checks) => checks,
            Err(error) => return Some(Fate::Rejected("checks".into(), error)),
        };
        let run = |(name, kind): &(String, Kind)| {
            // That it fails is enough: nobody reads the rest of the report.
            let environment = [("LOCKSMITH_UNASKED", "1")];
            let check = (name.as_str(), *kind, world);
            child::run(&self.bench, unit, subject, check, &environment, &Progress::None)
        };
        let (facts, models): (Vec<_>, Vec<_>) = checks
            .into_iter()
            .filter(|(_, kind)| kind.worlds().contains(&world))
            .partition(|(_, kind)| *kind == Kind::Fact);
        let of_facts = facts.iter().map(run);
        let of_face = (world == World::Real).then(|| face::verdicts(&self.bench, subject));
        let of_models = models.iter().map(run);
        // Lazily: nothing runs after the first that rejects it.
        of_facts.chain(of_face.into_iter().flatten()).chain(of_models).find_map(|v| fate(&v))
    }

    fn key(&self, subject: &Subject) -> String {
        let mut digest = self.bench.common();
        digest.part("exercise", &subject.exercise.id).part("text", &subject.text);
        digest.part("yours", format!("{:?}", subject.exercise.yours));
        for room in ["checks", "src"] {
            // What cannot be read now cannot be compiled either.
            let _ = digest.files(
                &self.bench.root,
                &format!("solutions/{room}/{}.rs", subject.exercise.stem()),
            );
        }
        if subject.uses_reference() {
            let _ = digest.files(&self.bench.root, "solutions/src");
        }
        digest.finish()
    }
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
