//! What a lecturer sees.

use super::{Class, columns, plain};
use crate::judged::{STATES, State};
use crate::lines::{WIDTH, shortened};
use catalog::Exercise;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How wide a name may be.
const NAME: usize = 24;

/// How many files that are no exercise are told.
const UNKNOWN: usize = 12;

/// How many exercises stand side by side.
const COLUMNS: usize = 16;

/// The submissions, then what came of each exercise.
pub fn render(class: &Class, exercises: &[&Exercise]) -> String {
    let columns = columns(class, exercises);
    let mut out = String::new();
    for (part, some) in columns.chunks(COLUMNS).enumerate() {
        let first = part * COLUMNS + 1;
        let numbers = (first..first + some.len()).map(|number| format!("{number:>3}"));
        let _ = writeln!(out, "{:<NAME$}{}", "", numbers.collect::<String>());
        for submission in &class.submissions {
            let mark = |exercise: &&Exercise| {
                format!("{:>3}", class.of(submission, exercise).map_or(" ", |j| j.state.mark()))
            };
            let marks: String = some.iter().map(mark).collect();
            let all = columns.iter().filter_map(|exercise| class.of(submission, exercise));
            let passing = all.filter(|judged| judged.state.is_passing()).count();
            let name = shortened(&plain(&submission.name), NAME);
            let _ = writeln!(out, "{name:<NAME$}{marks}  {passing:>3}/{}", columns.len());
        }
        out.push('\n');
    }
    for (number, exercise) in columns.iter().enumerate() {
        let (counts, most) = of_all(class, exercise);
        let line = format!("{:>3} {}: {counts}", number + 1, exercise.stem());
        let _ = writeln!(out, "{}", shortened(&line, WIDTH));
        if let Some(check) = most {
            let line = format!("    fails most often: {check}");
            let _ = writeln!(out, "{}", shortened(&line, WIDTH));
        }
    }
    let theirs = class.submissions.iter().flat_map(|submission| {
        submission.unknown.iter().map(|name| format!("{}/{name}", submission.name))
    });
    let unknown: Vec<String> = theirs.chain(class.unknown.iter().cloned()).collect();
    for name in unknown.iter().take(UNKNOWN) {
        let _ = writeln!(out, "{}", shortened(&format!("not looked at: {}", plain(name)), WIDTH));
    }
    if unknown.len() > UNKNOWN {
        let _ = writeln!(out, "and {} more, which the JSON lists", unknown.len() - UNKNOWN);
    }
    out
}

/// `140 passing, 40 failing, 20 to do`, and the check that fails most often.
fn of_all(class: &Class, exercise: &Exercise) -> (String, Option<String>) {
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    let mut checks: BTreeMap<String, usize> = BTreeMap::new();
    for judged in class.submissions.iter().filter_map(|submission| class.of(submission, exercise)) {
        *states.entry(judged.state.name()).or_default() += 1;
        if let Some(failure) = judged.first_failure() {
            *checks.entry(failure.title()).or_default() += 1;
        }
    }
    let most = checks.into_iter().max_by_key(|(_, count)| *count);
    let words = |state: State| {
        let count = states.get(state.name())?;
        Some(format!("{count} {}", state.name()))
    };
    let counts = STATES.into_iter().filter_map(words).collect::<Vec<_>>().join(", ");
    (counts, most.map(|(check, _)| check))
}
