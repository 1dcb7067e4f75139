//! The checks of a subject, several at once, in two rounds.
//!
//! In the first round a model is left after its first executions. Nearly all end sooner. But a file with a mistake may have a model
//! that goes on for minutes, while another check has long said what is wrong. Only if nothing fails are those that were left
//! explored to their end.
//!
//! And where a check fails after a few executions, nobody waits for those that have come far: some thousand executions without a failure.
//! How they end is not told, not even if they have ended by then. So a file that fails is told so soon, and what is told is a matter of
//! numbers of executions and never of time.

use crate::bench::Bench;
use crate::child::Enough;
use crate::compiled::Compiled;
use crate::progress::{Progress, Step};
use crate::verdict::{Outcome, Verdict};
use grader::{Kind, World};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// After so many checks of a subject that do not end the others are not run: most likely they would not end either.
const ENDLESS: usize = 2;

/// Executions of a model in the first round: more than those of nearly all right solutions, and as many as take a second or two.
const AT_FIRST: &str = "50000";

/// A check: its name and kind.
type Check = (String, Kind);

/// What fails in the place of a check where none could begin.
pub const NONE: &str = "checks";

/// Runs all checks of a subject. Says whether some were not run, because those before them do not end.
pub fn run(compiled: &Compiled<'_>, bench: &Bench, progress: &Progress) -> (Vec<Verdict>, bool) {
    let checks = match compiled.checks(bench) {
        Ok(checks) => checks,
        Err(error) => {
            let mut verdict = Verdict::new(NONE, Kind::Fact, World::Real);
            verdict.crashed = true;
            verdict.report = error;
            return (vec![verdict], false);
        }
    };
    let enough = Enough::default();
    let round = Round { compiled, bench, progress, enough: &enough, of: checks.len() };
    let queue = queue(&checks);
    let mut done: BTreeMap<usize, Vec<Verdict>> = BTreeMap::new();
    // A single check keeps nobody waiting.
    let is_first = checks.len() > 1;
    done.extend(round.run(&checks, &queue, is_first));
    if is_first {
        done.values_mut().for_each(|verdicts| round.tell_late(verdicts));
    }
    let left = |at: &usize| done.get(at).is_some_and(|all| all.iter().any(|v| v.left));
    let left: Vec<usize> = queue.into_iter().filter(left).collect();
    let fails = |verdict: &Verdict| verdict.outcome != Outcome::Passed && !verdict.left;
    let is_cut = done.len() < checks.len();
    if !is_cut && !done.values().flatten().any(fails) && !compiled.differs() {
        done.extend(round.run(&checks, &left, false));
    }
    (done.into_values().flatten().collect(), is_cut)
}

/// The order in which checks begin: the last ones, which try every small program, take longest, so they begin first.
fn queue(checks: &[Check]) -> Vec<usize> {
    let counted = |check: &&Check| check.1 == Kind::Counted;
    let first = checks.len() - checks.iter().rev().take_while(counted).count();
    (first..checks.len()).chain(0..first).collect()
}

struct Round<'a> {
    compiled: &'a Compiled<'a>,
    bench: &'a Bench,
    progress: &'a Progress,
    /// A check has failed that had not come far.
    enough: &'a Enough,
    /// How many checks there are.
    of: usize,
}

impl Round<'_> {
    /// Runs those of the checks that stand at these places, in this order, and returns their verdicts with the places. After some that do
    /// not end, no more.
    fn run(
        &self,
        checks: &[Check],
        places: &[usize],
        is_first: bool,
    ) -> Vec<(usize, Vec<Verdict>)> {
        let next = AtomicUsize::new(0);
        let endless = AtomicUsize::new(0);
        let done: Vec<Mutex<Vec<Verdict>>> = places.iter().map(|_| Mutex::default()).collect();
        let work = || {
            loop {
                // Relaxed: each number is taken once, whatever the order; what is done is published by the locks and the join.
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= places.len() || endless.load(Ordering::Relaxed) >= ENDLESS {
                    return;
                }
                let verdicts = self.check(&checks[places[index]], index, is_first);
                let is_endless = |verdict: &&Verdict| verdict.outcome == Outcome::Endless;
                // Relaxed: as above.
                endless.fetch_add(verdicts.iter().filter(is_endless).count(), Ordering::Relaxed);
                *done[index].lock().expect("nobody panics with this lock") = verdicts;
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..self.bench.slots.all.min(places.len()) {
                scope.spawn(work);
            }
            work();
        });
        let mut seen = 0;
        // What ran side by side with the last of those that do not end is left out: another machine would not have run it.
        let is_told = |(_, verdicts): &(usize, Vec<Verdict>)| {
            let is_told = seen < ENDLESS;
            seen += verdicts.iter().filter(|v| v.outcome == Outcome::Endless).count();
            is_told
        };
        let done = done.into_iter().map(|done| done.into_inner().expect("as above"));
        places.iter().copied().zip(done).take_while(is_told).collect()
    }

    /// What is told of a check that has come far, now that all have ended.
    fn tell_late(&self, verdicts: &mut Vec<Verdict>) {
        let Some(at) = verdicts.iter().position(|verdict| verdict.far) else { return };
        if self.enough.is_known() {
            // With real threads it was run, or was not, as it happened.
            verdicts.truncate(at + 1);
            let left = verdicts.pop().map(Verdict::left);
            verdicts.extend(left);
        } else if verdicts[at].outcome != Outcome::Passed && !verdicts[at].left {
            let file = &self.compiled.subject.exercise.file;
            self.progress.step(&Step::checked(file, &verdicts[at]));
        }
    }

    /// Runs a check: in one world after the other, until it fails.
    fn check(&self, (name, kind): &Check, before: usize, is_first: bool) -> Vec<Verdict> {
        let Self { compiled, bench, progress, enough, of } = *self;
        let file = &compiled.subject.exercise.file;
        progress.step(&Step::Checking { file, check: name, before, of });
        let mut environment = compiled.environment().to_vec();
        if is_first {
            environment.push((protocol::AT_FIRST, AT_FIRST));
        }
        let mut verdicts = Vec::new();
        for &world in compiled.worlds(*kind) {
            let check = (name.as_str(), *kind, world);
            let verdict = compiled.run(bench, check, &environment, progress, enough);
            let fails = matches!(verdict.outcome, Outcome::Failed | Outcome::ToDo);
            if fails && !verdict.far {
                enough.set();
            }
            // Whether a failure that has come late will be told is not known yet.
            if !(is_first && fails && verdict.far) {
                progress.step(&Step::checked(file, &verdict));
            }
            let is_over = verdict.far && enough.is_known();
            let goes_on = verdict.outcome == Outcome::Passed && !is_over;
            verdicts.push(verdict);
            if !goes_on {
                break;
            }
        }
        verdicts
    }
}

#[cfg(test)]
mod tests {
    use super::queue;
    use grader::Kind::{Counted, Fact, Model};

    #[test]
    fn last_checks_begin_first_and_each_begins_once() {
        let checks = |kinds: &[grader::Kind]| -> Vec<_> {
            kinds.iter().map(|kind| (String::new(), *kind)).collect()
        };
        assert_eq!(queue(&checks(&[Fact, Counted, Model, Counted, Counted])), [3, 4, 0, 1, 2]);
        assert_eq!(queue(&checks(&[Counted, Model])), [0, 1]);
        assert_eq!(queue(&checks(&[Counted])), [0]);
        assert!(queue(&[]).is_empty());
    }
}
