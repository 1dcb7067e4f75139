//! What makes an execution a graph, and what was asked about it.

use crate::{Execution, Step, table};
use std::fmt::Write as _;

/// The relations of an execution, and what else is known of it.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// What names it: with that it is run again.
    pub id: Option<String>,
    /// Pairs of steps of different threads, of which the first happens before the second, but for those that follow from others and
    /// from the order of the steps of each thread.
    pub happens_before: Vec<(usize, usize)>,
    /// For each variable, the steps that write it, in modification order.
    pub modification_order: Vec<(usize, Vec<usize>)>,
    /// On which machines it can fail like this.
    pub machines: Option<Machines>,
    /// An execution that passes and begins in the same way.
    pub nearest: Option<Box<Nearest>>,
}

/// On which machines a failure can happen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Machines {
    /// One that lets the threads take turns.
    pub sc: Answer,
    /// An x86-64 processor.
    pub x86_tso: Answer,
}

/// Can it?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// It can.
    Yes,
    /// All executions were tried.
    No,
    /// So many were tried, and there are more.
    NotFound(u64),
}

/// An execution that passes.
#[derive(Clone, Debug)]
pub struct Nearest {
    /// Its steps, and what names it.
    pub execution: Execution,
    /// How many of its first steps are those of the one that fails.
    pub same: usize,
    /// What is different then is the next step, and not which thread goes on.
    pub turns_in_step: bool,
}

impl Answer {
    /// As it stands in the data.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::NotFound(_) => "not found",
        }
    }
}

impl Machines {
    /// In words.
    pub fn sentence(self) -> String {
        let sc = match (self.sc, self.x86_tso) {
            (Answer::Yes, _) => {
                return "An interleaving of the threads leads to this, so it can happen on every machine.".into();
            }
            // An interleaving is an execution of x86-64, too.
            (Answer::No, _) | (_, Answer::No) => {
                "No interleaving of the threads leads to this".to_owned()
            }
            (Answer::NotFound(tried), _) => {
                format!("None of the {tried} interleavings that were tried leads to this")
            }
        };
        match self.x86_tso {
            Answer::Yes => format!(
                "{sc}. An x86-64 processor can get there: it keeps a store back while later loads read."
            ),
            Answer::No => format!(
                "{sc}, and an x86-64 processor does not get there if the compiler leaves the accesses in their order. The language \
                 lets the compiler change that order, and other processors, such as Arm's, keep less of it."
            ),
            Answer::NotFound(tried) => format!(
                "{sc}. An x86-64 processor gets there in none of the {tried} executions that were tried."
            ),
        }
    }
}

impl Nearest {
    /// In words.
    pub fn sentence(&self) -> String {
        let mut words = "An execution that passes ".to_owned();
        let _ = match self.same.checked_sub(1) {
            Some(last) => write!(words, "is the same up to #{last}"),
            None => write!(words, "differs from the first step on"),
        };
        let named = self.execution.named();
        let Some(step) = named.steps.get(self.same) else { return words + "." };
        let same = self.same;
        // Its marks speak of the steps around it.
        let text = table::describe(&Step { stale: false, overtaken: false, ..step.clone() });
        let _ = match self.turns_in_step {
            true => write!(words, "; then it has `{text}` in place of #{same}."),
            false => write!(words, "; then thread {} goes on with `{text}`.", step.thread),
        };
        words
    }
}

/// An edge that is not there: had the write published and the read learned, what came before the one would happen before what comes
/// after the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Missing {
    /// The step that writes.
    pub from: usize,
    /// The step that reads it.
    pub to: usize,
    /// The write, or a fence before it, is a release.
    pub publishes: bool,
    /// The read, or a fence after it, is an acquire.
    pub learns: bool,
}

/// The steps that write, by variable and in the order that `place` gives.
pub fn modification_order(
    steps: &[Step],
    place: impl Fn(usize) -> Option<usize>,
) -> Vec<(usize, Vec<usize>)> {
    let mut all: Vec<(usize, usize, usize)> = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        all.extend(step.object.zip(place(index)).map(|(object, place)| (object, place, index)));
    }
    all.sort_unstable();
    let of_object = all.chunk_by(|left, right| left.0 == right.0);
    of_object.map(|of| (of[0].0, of.iter().map(|(.., index)| *index).collect())).collect()
}

/// Of `is_before`, which is happens-before, the pairs of steps of different threads that do not follow from others.
pub fn happens_before(
    steps: &[Step],
    is_before: impl Fn(usize, usize) -> bool,
) -> Vec<(usize, usize)> {
    let threads = steps.iter().map(|step| step.thread + 1).max().unwrap_or(0);
    let mut last: Vec<Option<usize>> = vec![None; threads];
    let mut pairs = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let known = |thread: usize| {
            let of_thread = steps.iter().enumerate().rev();
            let of_thread = of_thread.filter(|(_, other)| other.thread == thread);
            of_thread
                .map(|(other, _)| other)
                .find(|&other| other != index && is_before(other, index))
        };
        let others = (0..threads).filter(|&thread| thread != step.thread);
        let latest: Vec<usize> = others.filter_map(known).collect();
        let follows = |from: usize| {
            last[step.thread].is_some_and(|before| is_before(from, before))
                || latest.iter().any(|&other| other != from && is_before(from, other))
        };
        pairs.extend(latest.iter().filter(|&&from| !follows(from)).map(|&from| (from, index)));
        last[step.thread] = Some(index);
    }
    pairs
}
