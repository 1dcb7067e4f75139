//! The ordering audit: weaken one ordering by one step, at run time, and run the models again.

use crate::child::{self, World};
use crate::options::Options;
use crate::{Check, Kind, Outcome, Subject};
use std::collections::BTreeSet;
use std::fmt;
use std::process::ExitCode;

/// One ordering, one step weaker.
#[derive(Clone, Debug)]
pub struct Weakening {
    /// `guard.rs:31`.
    pub place: String,
    /// `store`, `compare_exchange on success`.
    pub operation: String,
    pub from: String,
    pub to: &'static str,
    /// No check fails.
    pub survives: bool,
}

impl fmt::Display for Weakening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, operation, from, to, .. } = self;
        write!(f, "{place} {operation} {from} → {to}")
    }
}

/// An ordering as the checker lists it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Site {
    /// `path/guard.rs:31:14:only`.
    id: String,
    operation: String,
    ordering: String,
}

/// Every ordering in the subject's file, weakened by each possible step.
pub fn weakenings(subject: &Subject) -> Vec<Weakening> {
    let models: Vec<&Check> = subject.model.iter().filter(|c| c.kind != Kind::Fact).collect();
    let mut all = Vec::new();
    for site in sites(subject, &models) {
        for &to in steps(&site.operation, &site.ordering) {
            let plan = format!("{}={to}", site.id);
            let env = [("LOCKSMITH_WEAKEN", plan.as_str())];
            let survives = models.iter().all(|check| {
                child::run(subject, check, World::Model, &env).outcome == Outcome::Passed
            });
            all.push(site.weakened(to, survives));
        }
    }
    all
}

fn sites(subject: &Subject, models: &[&Check]) -> Vec<Site> {
    let stem =
        subject.source.map_or_else(|| subject.name.replace("::", "/") + ".rs", str::to_owned);
    let mut found = BTreeSet::new();
    for check in models {
        let output =
            child::run(subject, check, World::Model, &[("LOCKSMITH_AUDIT", "list")]).output;
        found.extend(output.lines().filter_map(Site::parse));
    }
    found.retain(|site| {
        site.file().replace('\\', "/").ends_with(&stem) && !site.file().contains("checks")
    });
    found.into_iter().collect()
}

impl Site {
    /// Reads `ordering FILE:LINE:COL:PART OPERATION ORDERING`.
    fn parse(line: &str) -> Option<Self> {
        let rest = line.strip_prefix("ordering ")?;
        let (rest, ordering) = rest.rsplit_once(' ')?;
        let (id, operation) = rest.rsplit_once(' ')?;
        let [id, operation, ordering] = [id, operation, ordering].map(str::to_owned);
        Some(Self { id, operation, ordering })
    }

    fn parts(&self) -> (&str, &str, &str) {
        let mut parts = self.id.rsplitn(4, ':');
        let part = parts.next().unwrap_or_default();
        let line = parts.nth(1).unwrap_or_default();
        (parts.next().unwrap_or_default(), line, part)
    }

    fn file(&self) -> &str {
        self.parts().0
    }

    fn weakened(&self, to: &'static str, survives: bool) -> Weakening {
        let (file, line, part) = self.parts();
        let file = file.rsplit(['/', '\\']).next().unwrap_or_default();
        let operation = match part {
            "only" => self.operation.clone(),
            part => format!("{} on {part}", self.operation),
        };
        let place = format!("{file}:{line}");
        Weakening { place, operation, from: self.ordering.clone(), to, survives }
    }
}

/// The orderings one step weaker that the operation may have.
fn steps(operation: &str, ordering: &str) -> &'static [&'static str] {
    match (ordering, operation) {
        ("SeqCst", "load") => &["Acquire"],
        ("SeqCst", "store") => &["Release"],
        ("SeqCst", _) => &["AcqRel"],
        ("AcqRel", _) => &["Acquire", "Release"],
        // A fence cannot be relaxed; without one it does nothing, which is the same.
        ("Acquire" | "Release", _) => &["Relaxed"],
        _ => &[],
    }
}

/// The table for the reader: advice, never a failure.
pub fn advise(subjects: &[Subject], options: &Options) -> ExitCode {
    for subject in subjects.iter().filter(|subject| options.matches(subject.name)) {
        println!("{}", subject.name);
        let all = weakenings(subject);
        if all.is_empty() {
            println!("  no ordering that could be weaker was met");
        }
        for weakening in all {
            let advice = match weakening.survives {
                true => "still passes here: is it needed?",
                false => "fails: the ordering is needed",
            };
            println!("  {weakening}: {advice}");
        }
    }
    println!(
        "\nWhat passes with a weaker ordering is not proven right by it: the models are small."
    );
    ExitCode::SUCCESS
}
