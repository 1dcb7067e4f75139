//! A panic by an overflow where a page promises one.
//!
//! A build with overflow checks panics where an optimised one goes on with a wrong number, so the check of a promised panic rejects
//! it. But code may compute first and look afterwards, and then it panics in both, each in its own words. So the check is asked once
//! more, of a program without overflow checks.

use crate::bench::Bench;
use crate::child::{self, Enough};
use crate::compile::{self, Unit};
use crate::progress::Progress;
use crate::subject::Subject;
use crate::verdict::{Outcome, Verdict};
use grader::{Kind, World};

/// What the worlds say of such a panic.
const SAID: &str = "an optimised build does not panic by an overflow";

/// Runs a check, as [`child::run`] does; a promised panic that comes in an optimised build too is one.
pub fn run(
    bench: &Bench,
    unit: &Unit,
    subject: &Subject,
    check: (&str, Kind, World),
    environment: &[(&str, &str)],
    progress: &Progress,
    enough: &Enough,
) -> Verdict {
    let verdict = child::run(bench, unit, subject, check, environment, progress, enough);
    if !verdict.report.contains(SAID) {
        return verdict;
    }
    // It compiled with the checks of overflows, so it does without.
    let Ok(unit) = compile::without_overflow_checks(bench, check.2, subject) else {
        return verdict;
    };
    let wraps = child::run(bench, &unit, subject, check, environment, progress, enough);
    if wraps.outcome == Outcome::Passed { wraps } else { verdict }
}
