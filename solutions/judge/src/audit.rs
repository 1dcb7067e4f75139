//! The ordering audit: weaken one ordering by one step, at run time, and run the models again.

use crate::bench::Bench;
use crate::child::Enough;
use crate::compiled::Compiled;
use crate::lines;
use crate::parallel::in_parallel;
use crate::progress::Progress;
use crate::verdict::{Outcome, Verdict};
use catalog::Exercise;
use grader::{Kind, World};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One ordering, one step weaker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weakening {
    /// `guard.rs:31`.
    pub place: String,
    /// `store`, `compare_exchange on success`.
    pub operation: String,
    /// What the file says.
    pub from: String,
    /// What was tried.
    pub to: String,
    /// No check fails.
    pub survives: bool,
}

impl fmt::Display for Weakening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, operation, from, to, .. } = self;
        match (operation.as_str(), to.as_str()) {
            ("fence", "Relaxed") => write!(f, "{place} {operation} {from} → no fence"),
            _ => write!(f, "{place} {operation} {from} → {to}"),
        }
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

/// Every ordering in the subject's file, weakened by each possible step. The subject passes as it is.
///
/// # Errors
///
/// In words, if the checks cannot be listed.
pub fn weakenings(
    bench: &Bench,
    compiled: &Compiled<'_>,
    progress: &Progress,
) -> Result<Vec<Weakening>, String> {
    let mut models = compiled.checks(bench)?;
    models.retain(|(_, kind)| *kind != Kind::Fact);
    let run = |(name, kind): &(String, Kind), environment: &[(&str, &str)]| {
        compiled.run(
            bench,
            (name, *kind, World::Model),
            environment,
            &Progress::None,
            &Enough::default(),
        )
    };
    let listed =
        in_parallel(bench.slots.all, &models, |check| run(check, &[("LOCKSMITH_AUDIT", "list")]));
    let of = |(check, verdict): (_, &Verdict)| {
        let sites = verdict.orderings.iter().filter_map(|line| Site::parse(line)).collect();
        Met { check, sites, cpu_ms: verdict.cpu_ms }
    };
    let met: Vec<Met<'_>> = models.iter().zip(&listed).map(of).collect();
    let sites: BTreeSet<&Site> = met.iter().flat_map(|met| &met.sites).collect();
    let mine = |site: &&&Site| site.file().replace('\\', "/") == compiled.subject.file;
    let plans: Vec<(&Site, &str)> = sites
        .iter()
        .filter(mine)
        .flat_map(|&site| steps(&site.operation, &site.ordering).iter().map(move |&to| (site, to)))
        .collect();
    let done = AtomicUsize::new(0);
    let survives = in_parallel(bench.slots.all, &plans, |(site, to)| {
        let plan = format!("{}={to}", site.id);
        let survives = that_meet(&met, site)
            .into_iter()
            .all(|met| run(met.check, &[("LOCKSMITH_WEAKEN", &plan)]).outcome == Outcome::Passed);
        // Relaxed: a number to show.
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        progress.note(format!(
            "weakening {} {done}/{}",
            compiled.subject.exercise.file,
            plans.len()
        ));
        survives
    });
    Ok(plans
        .iter()
        .zip(survives)
        .map(|((site, to), survives)| site.weakened(to, survives))
        .collect())
}

/// What a check of the subject as it is has met.
struct Met<'a> {
    check: &'a (String, Kind),
    sites: BTreeSet<Site>,
    cpu_ms: u64,
}

/// The checks that can tell whether the ordering at `site` is needed, the quickest first. To one that does not come there, the
/// weakened program is the same program.
fn that_meet<'a, 'b>(all: &'b [Met<'a>], site: &Site) -> Vec<&'b Met<'a>> {
    let mut those: Vec<&Met<'_>> = all.iter().filter(|met| met.sites.contains(site)).collect();
    those.sort_by_key(|met| met.cpu_ms);
    those
}

impl Site {
    /// Reads `FILE:LINE:COL:PART OPERATION ORDERING`.
    fn parse(line: &str) -> Option<Self> {
        let (rest, ordering) = line.rsplit_once(' ')?;
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

    fn weakened(&self, to: &str, survives: bool) -> Weakening {
        let (file, line, part) = self.parts();
        let file = file.rsplit(['/', '\\']).next().unwrap_or_default();
        let operation = match part {
            "only" => self.operation.clone(),
            part => format!("{} on {part}", self.operation),
        };
        let place = format!("{file}:{line}");
        Weakening { place, operation, from: self.ordering.clone(), to: to.into(), survives }
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

/// The table for the reader: advice, never a failure. Where the catalogue knows why the reference needs an ordering that no model
/// shows to be needed, it says so.
pub fn table(all: &[Weakening], exercise: &Exercise) -> String {
    if all.is_empty() {
        return "  no ordering that could be weaker was found\n".into();
    }
    let line = |weakening: &Weakening| {
        let words = weakening.to_string();
        let known = exercise.unproven.iter().find(|known| words.ends_with(&known.weakening));
        match (weakening.survives, known) {
            (false, _) => format!("  {words}: fails: the ordering is needed\n"),
            (true, None) => format!("  {words}: still passes here: is it needed?\n"),
            (true, Some(known)) => format!(
                "  {words}: still passes here, and only here. Of such an ordering in the reference the book says: {}\n",
                known.why
            ),
        }
    };
    lines::wrapped(&all.iter().map(line).collect::<String>()) + "\n"
}

#[cfg(test)]
mod tests {
    use super::{Met, Site, Weakening, table, that_meet};
    use catalog::{Exercise, Unproven};
    use grader::Kind;

    #[test]
    fn checks_that_do_not_meet_an_ordering_are_not_asked_and_quick_ones_are_asked_first() {
        let site = |line| Site::parse(&format!("guard.rs:{line}:14:only store Release")).unwrap();
        let checks = ["slow", "elsewhere", "quick"].map(|name| (name.to_owned(), Kind::Model));
        let met = |check: usize, line, cpu_ms| Met {
            check: &checks[check],
            sites: [site(line)].into(),
            cpu_ms,
        };
        let all = [met(0, 31, 90), met(1, 40, 10), met(2, 31, 20)];
        let asked: Vec<_> =
            that_meet(&all, &site(31)).iter().map(|met| met.check.0.as_str()).collect();
        assert_eq!(asked, ["quick", "slow"]);
    }

    #[test]
    fn what_is_needed_though_no_model_shows_it_is_said_with_the_reason() {
        let exercise: Exercise = Exercise {
            unproven: vec![Unproven {
                weakening: "load Acquire → Relaxed".into(),
                why: "Another machine would show it.".into(),
            }],
            ..Exercise::default()
        };
        let weakening = |operation: &str, survives| Weakening {
            place: "guard.rs:1".into(),
            operation: operation.into(),
            from: "Acquire".into(),
            to: "Relaxed".into(),
            survives,
        };
        let said = |operation, survives| {
            let table = table(&[weakening(operation, survives)], &exercise);
            table.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        assert!(said("load", true).contains(
            "only here. Of such an ordering in the reference the book says: Another machine"
        ));
        assert!(said("swap", true).contains("is it needed?"));
        assert!(said("load", false).contains("the ordering is needed"));
        assert!(table(&[], &exercise).contains("no ordering"));
    }
}
