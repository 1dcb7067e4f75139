//! The execution that is drawn: what the report says of it, and what follows.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A picture with no more steps than that is shown whole.
const WHOLE: usize = 26;
/// How many of the first and of the last steps never fold.
const ENDS: (usize, usize) = (1, 6);
/// Fewer steps than that in a row do not fold: the row that stands for them would not be worth it.
const FOLDED: usize = 3;

/// An execution.
pub struct Graph {
    pub threads: usize,
    pub steps: Vec<Step>,
    /// The two steps of a race.
    pub race: Vec<usize>,
    pub missing: Vec<Missing>,
    /// Whether the report says what happens before what.
    pub is_ordered: bool,
    /// Between different threads, and no pair that follows from others.
    pub happens_before: Vec<(usize, usize)>,
    /// What a thread waits for that goes no further.
    pub waiting: BTreeMap<usize, String>,
}

/// A step.
pub struct Step {
    pub thread: usize,
    pub place: String,
    pub source: Option<(String, u64)>,
    text: String,
    /// It has an ordering.
    is_atomic: bool,
    pub reads_from: Option<usize>,
    pub stale: bool,
}

/// A write and the read that sees it, which would have put the race's steps in order.
pub struct Missing {
    pub from: usize,
    pub to: usize,
    publishes: bool,
    learns: bool,
}

impl Missing {
    /// Whose fault it is.
    pub const fn label(&self) -> &'static str {
        match (self.publishes, self.learns) {
            (true, false) => "no Acquire",
            (false, true) => "no Release",
            _ => "no order",
        }
    }
}

/// Where all that is in a file is in the same one, `line 92` says it.
fn shorten_places(steps: &mut [Step]) {
    let line_of = |place: &str| {
        place.split_once(".rs:").map(|(file, line)| (file.to_owned(), format!("line {line}")))
    };
    let files: BTreeSet<String> =
        steps.iter().filter_map(|step| Some(line_of(&step.place)?.0)).collect();
    if files.len() == 1 {
        for step in steps {
            if let Some((_, line)) = line_of(&step.place) {
                step.place = line;
            }
        }
    }
}

fn index(value: &Value) -> Option<usize> {
    usize::try_from(value.as_u64()?).ok()
}

impl Graph {
    /// Reads it; `None` if it is no execution.
    pub fn of(execution: &Value) -> Option<Self> {
        let mut steps: Vec<Step> =
            execution["steps"].as_array()?.iter().map(Step::of).collect::<Option<_>>()?;
        if steps.is_empty() {
            return None;
        }
        shorten_places(&mut steps);
        let list = |name: &str| execution[name].as_array().into_iter().flatten();
        let is_there = |step: &usize| *step < steps.len();
        let missing = list("missing").filter_map(|one| {
            Some(Missing {
                from: index(&one["from"]).filter(is_there)?,
                to: index(&one["to"]).filter(is_there)?,
                publishes: one["publishes"] == true,
                learns: one["learns"] == true,
            })
        });
        let waiting = list("waiting").filter_map(|one| {
            let words = match index(&one["joins"]) {
                Some(thread) => format!("waits for thread {thread}"),
                None if one["stopped"] == true => "has stopped".to_owned(),
                None => "waits for ever".to_owned(),
            };
            Some((index(&one["thread"])?, words))
        });
        let threads = index(&execution["threads"]).unwrap_or(0);
        let threads = steps.iter().map(|step| step.thread + 1).max().unwrap_or(0).max(threads);
        Some(Self {
            threads,
            race: list("race").filter_map(index).filter(is_there).collect(),
            missing: missing.collect(),
            is_ordered: execution["happens_before"].is_array(),
            happens_before: list("happens_before")
                .filter_map(|pair| Some((index(&pair[0])?, index(&pair[1])?)))
                .filter(|(from, to)| is_there(from) && is_there(to))
                .collect(),
            waiting: waiting.collect(),
            steps,
        })
    }

    /// Does something stand at an arrow?
    pub fn has_labels(&self) -> bool {
        !self.race.is_empty()
            || !self.missing.is_empty()
            || self.steps.iter().any(|step| step.stale)
    }

    /// The steps that happen before a step.
    pub fn past(&self, step: usize) -> BTreeSet<usize> {
        let mut past = BTreeSet::new();
        let mut left = vec![step];
        while let Some(step) = left.pop() {
            let thread = self.steps[step].thread;
            let before = (0..step).rev().find(|&other| self.steps[other].thread == thread);
            let others =
                self.happens_before.iter().filter(|pair| pair.1 == step).map(|pair| pair.0);
            for other in before.into_iter().chain(others) {
                if past.insert(other) {
                    left.push(other);
                }
            }
        }
        past
    }

    /// Where a long execution folds: runs of steps, each by its first and its last, that are neither at its ends nor what the failure
    /// is about, and at which no arrow begins or ends. So nothing is hidden that goes from thread to thread.
    pub fn folds(&self) -> Vec<(usize, usize)> {
        let all = self.steps.len();
        if all <= WHOLE {
            return Vec::new();
        }
        let mut kept: BTreeSet<usize> = (0..ENDS.0).chain(all - ENDS.1..all).collect();
        kept.extend(&self.race);
        kept.extend(self.missing.iter().flat_map(|missing| [missing.from, missing.to]));
        kept.extend(self.happens_before.iter().flat_map(|&(from, to)| [from, to]));
        kept.extend(self.arrows().flat_map(|(from, to)| [from, to]));
        // What a thread did last that goes no further.
        let last = |thread: &usize| self.steps.iter().rposition(|step| step.thread == *thread);
        kept.extend(self.waiting.keys().filter_map(last));
        let kept: Vec<usize> = kept.into_iter().collect();
        let runs = kept.windows(2).map(|pair| (pair[0] + 1, pair[1]));
        runs.filter(|(from, to)| to - from >= FOLDED).map(|(from, to)| (from, to - 1)).collect()
    }

    /// From which write to which read an arrow leads: between threads, or where the value is an old one.
    pub fn arrows(&self) -> impl Iterator<Item = (usize, usize)> {
        let reads =
            (0..).zip(&self.steps).filter_map(|(index, step)| Some((step.reads_from?, index)));
        reads.filter(|&(from, to)| {
            let to = &self.steps[to];
            to.stale || self.steps.get(from).is_some_and(|from| from.thread != to.thread)
        })
    }
}

impl Step {
    fn of(step: &Value) -> Option<Self> {
        let text = |name: &str| step[name].as_str().map(str::to_owned);
        Some(Self {
            thread: index(&step["thread"])?,
            place: text("place").unwrap_or_default(),
            source: text("file").zip(step["line"].as_u64()),
            text: text("text")?,
            is_atomic: step["ordering"].is_string(),
            reads_from: index(&step["reads_from"]),
            stale: step["stale"] == true,
        })
    }

    /// What stands in its box: the operation; and how it is ordered and what it gives, if it is an operation on an atomic.
    pub fn lines(&self) -> Vec<String> {
        let (operation, result) = match self.text.split_once(" → ") {
            Some((operation, result)) => (operation, format!(" → {result}")),
            None => (self.text.as_str(), String::new()),
        };
        if !self.is_atomic {
            return vec![self.text.clone()];
        }
        let (mut short, mut orderings) = (operation.to_owned(), Vec::new());
        // The last arguments: one, or one for success and one for failure.
        while let Some((rest, ordering)) = last_ordering(&short) {
            orderings.insert(0, ordering.to_owned());
            short = rest;
        }
        let second = format!("{}{result}", orderings.join(", "));
        [short, second.trim_start().to_owned()]
            .into_iter()
            .filter(|line| !line.is_empty())
            .collect()
    }
}

/// `a.store(1, Release)` is `a.store(1)` and `Release`.
fn last_ordering(operation: &str) -> Option<(String, &'static str)> {
    ["Relaxed", "Acquire", "Release", "AcqRel", "SeqCst"].into_iter().find_map(|ordering| {
        let rest = operation.strip_suffix(')')?.strip_suffix(ordering)?;
        let rest = rest.strip_suffix(", ").or_else(|| rest.ends_with('(').then_some(rest))?;
        Some((format!("{rest})"), ordering))
    })
}
