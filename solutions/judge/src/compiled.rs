//! Subjects, compiled: what runs their checks.

use crate::bench::Bench;
use crate::child::{self, Enough};
use crate::compile::{self, Unit};
use crate::face;
use crate::judged::{Diagnostic, Judged};
use crate::overflow;
use crate::progress::Progress;
use crate::rounds;
use crate::sandbox::BROKEN_OFF;
use crate::store::Input;
use crate::subject::{Subject, Wanted};
use crate::verdict::{Outcome, Verdict};
use grader::{Kind, World};
use std::collections::BTreeMap;

/// A subject, compiled: a program for each world that its checks run in.
pub struct Compiled<'a> {
    /// The subject.
    pub subject: &'a Subject,
    units: BTreeMap<World, std::sync::Arc<Unit>>,
    /// What the compiler, and a look at the file, say of its public items.
    face: Vec<Verdict>,
}

/// Compiles subjects, several to a program. Of a program that does not compile the subjects are compiled apart that are to blame.
pub fn compile<'a>(
    bench: &Bench,
    subjects: &[&'a Subject],
) -> Vec<Result<Compiled<'a>, Vec<Diagnostic>>> {
    let in_world = |world| {
        let wanted: Vec<&Subject> =
            subjects.iter().copied().filter(|subject| runs_in(bench, subject, world)).collect();
        let units = if wanted.is_empty() {
            Ok(None)
        } else {
            compile::unit(bench, world, &wanted).map(Some)
        };
        units.map(|unit| unit.map(std::sync::Arc::new))
    };
    let (model, real, faces) = std::thread::scope(|scope| {
        let model = scope.spawn(|| in_world(World::Model));
        let faces = scope.spawn(|| {
            subjects.iter().map(|subject| face::verdicts(bench, subject)).collect::<Vec<_>>()
        });
        let real = in_world(World::Real);
        let no_panic = "compiling does not panic";
        (model.join().expect(no_panic), real, faces.join().expect(no_panic))
    });
    match (model, real) {
        (Ok(model), Ok(real)) => subjects
            .iter()
            .zip(faces)
            .map(|(subject, face)| {
                let units = [(World::Model, &model), (World::Real, &real)].into_iter();
                let units = units.filter(|(world, _)| runs_in(bench, subject, *world));
                let units =
                    units.filter_map(|(world, unit)| Some((world, unit.clone()?))).collect();
                Ok(Compiled { subject, units, face })
            })
            .collect(),
        // With real threads the messages are the ones that an editor shows.
        (_, Err(errors)) | (Err(errors), _) if subjects.len() == 1 => {
            vec![Err(face::with_missing(bench, subjects[0], errors))]
        }
        (Err(errors), _) | (_, Err(errors)) => compile_apart(bench, subjects, &errors),
    }
}

/// Compiles subjects that do not compile together: those alone that the compiler names, and the others without them.
fn compile_apart<'a>(
    bench: &Bench,
    subjects: &[&'a Subject],
    errors: &[Diagnostic],
) -> Vec<Result<Compiled<'a>, Vec<Diagnostic>>> {
    // One has kept the compiler from its end, and nobody knows which.
    let is_broken_off = errors.iter().any(|error| error.message.starts_with(BROKEN_OFF));
    let is_named = |subject: &Subject| {
        is_broken_off || errors.iter().any(|e| e.file.as_deref() == Some(subject.file.as_str()))
    };
    let named: Vec<bool> = subjects.iter().map(|subject| is_named(subject)).collect();
    if !named.contains(&true) {
        let half = subjects.len().div_ceil(2);
        return subjects.chunks(half).flat_map(|part| compile(bench, part)).collect();
    }
    let others = subjects.iter().zip(&named).filter(|(_, named)| !**named);
    let others: Vec<&Subject> = others.map(|(subject, _)| *subject).collect();
    let mut others =
        if others.is_empty() { Vec::new() } else { compile(bench, &others) }.into_iter();
    let one = |(subject, named): (&&'a Subject, &bool)| {
        let alone = || compile(bench, &[*subject]).pop();
        if *named { alone() } else { others.next() }.expect("one for one")
    };
    subjects.iter().zip(&named).map(one).collect()
}

/// Does a check of the subject run in this world? The one of a wrong variant runs in one.
fn runs_in(bench: &Bench, subject: &Subject, world: World) -> bool {
    match &subject.wanted {
        Wanted::All | Wanted::AllOnce | Wanted::These(_) => true,
        Wanted::One(check) if face::is_ours(check) => false,
        Wanted::One(check) => (world == World::Real) == is_fact(bench, subject, check),
    }
}

/// Whether the file of checks lists `check` as `Check::fact`.
fn is_fact(bench: &Bench, subject: &Subject, check: &str) -> bool {
    let checks = std::fs::read_to_string(bench.root.join(subject.checks())).unwrap_or_default();
    let name = format!("\"{check}\"");
    checks.match_indices(&name).any(|(at, _)| checks[..at].trim_end().ends_with("Check::fact("))
}

impl Compiled<'_> {
    /// The names and kinds of its checks: of those that are wanted.
    ///
    /// # Errors
    ///
    /// In words, if the program does not say.
    pub fn checks(&self, bench: &Bench) -> Result<Vec<(String, Kind)>, String> {
        if let Wanted::One(name) = &self.subject.wanted {
            let kind = if is_fact(bench, self.subject, name) { Kind::Fact } else { Kind::Model };
            return Ok(vec![(name.clone(), kind)]);
        }
        let unit = self.units.values().next().expect("a program");
        child::list(bench, unit, self.subject)
    }

    /// Runs one check in one world.
    pub fn run(
        &self,
        bench: &Bench,
        (name, kind, world): (&str, Kind, World),
        environment: &[(&str, &str)],
        progress: &Progress,
        enough: &Enough,
    ) -> Verdict {
        overflow::run(
            bench,
            &self.units[&world],
            self.subject,
            (name, kind, world),
            environment,
            progress,
            enough,
        )
    }

    /// What the compiler read.
    pub fn read(&self) -> Vec<Input> {
        let mut all: Vec<Input> =
            self.units.values().flat_map(|unit| unit.read.iter().cloned()).collect();
        all.sort();
        all.dedup();
        all
    }

    /// What comes of it.
    pub fn judge(&self, bench: &Bench, progress: &Progress) -> Judged {
        if self.units.is_empty() {
            return Judged::checked(self.face.clone(), false);
        }
        let (mut verdicts, is_cut) = rounds::run(self, bench, progress);
        // After the facts that name a mistake by name, and before all that runs. Why no check could begin, it may say.
        let facts =
            |verdict: &&Verdict| verdict.kind == Kind::Fact.name() && verdict.name != rounds::NONE;
        let at = verdicts.iter().take_while(facts).count();
        verdicts.splice(at..at, self.face.iter().cloned());
        Judged::checked(verdicts, is_cut)
    }

    /// Does its face differ from the stub's?
    pub fn differs(&self) -> bool {
        self.face.iter().any(|verdict| verdict.outcome != Outcome::Passed)
    }

    /// Of a wrong variant it is enough to know that it fails, and why.
    pub fn environment(&self) -> &'static [(&'static str, &'static str)] {
        match self.subject.wanted {
            Wanted::All | Wanted::AllOnce => &[],
            Wanted::One(_) | Wanted::These(_) => &[("LOCKSMITH_UNASKED", "1")],
        }
    }

    /// Where a check is run: a variant's where it comes first.
    pub fn worlds(&self, kind: Kind) -> &'static [World] {
        match self.subject.wanted {
            Wanted::All => kind.worlds(),
            Wanted::AllOnce | Wanted::These(_) | Wanted::One(_) => &kind.worlds()[..1],
        }
    }
}
