//! Holds what the reader believes possible against what is: the outcomes of every execution that the memory model allows.

use super::super::sync;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

/// Two numbers that a small program ends with.
pub type Outcome = (u32, u32);

/// A program whose outcomes are predicted.
pub struct Program {
    /// As the reader knows it.
    pub name: &'static str,
    /// What the two numbers are.
    pub numbers: &'static str,
    /// Runs once.
    pub run: fn() -> Outcome,
    /// The outcome that the question is about.
    pub weak: Outcome,
    /// Why it can, or cannot, happen.
    pub why: &'static str,
}

/// Fails unless `predicted` is what `program` can end with, and says of each outcome that differs why.
pub fn judge(program: &'static Program, predicted: &[Outcome]) {
    let predicted: BTreeSet<Outcome> = predicted.iter().copied().collect();
    let possible = outcomes(program.run);
    let too_many: Vec<_> = predicted.difference(&possible).copied().collect();
    let missing: Vec<_> = possible.difference(&predicted).copied().collect();
    let message = explain(program, &too_many, &missing);
    if !too_many.is_empty() {
        panic!("{message}");
    }
    if let Some(&shown) = missing.first() {
        // Once more, up to the execution that ends so: its timeline comes with the words.
        sync::model(move || assert!((program.run)() != shown, "{message}"));
    }
}

/// What the executions of `run` end with.
fn outcomes(run: fn() -> Outcome) -> BTreeSet<Outcome> {
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let sink = seen.clone();
    // What is found is kept outside of the model, which knows nothing of it.
    sync::Model::new().may_leak().check(move || {
        let outcome = run();
        sink.lock().expect("nobody panics with this lock").insert(outcome);
    });
    seen.lock().expect("nobody panics with this lock").clone()
}

fn explain(program: &Program, too_many: &[Outcome], missing: &[Outcome]) -> String {
    let Program { name, numbers, weak, why, .. } = program;
    let mut out = format!("{name}: your prediction differs from what can happen");
    for &outcome in too_many {
        let _ = write!(
            out,
            "\n  {numbers} = {outcome:?} is on your list, but no execution ends like that."
        );
        let reason = if outcome == *weak { why } else { never(outcome) };
        out += &paragraph(reason);
    }
    for &outcome in missing {
        let _ = write!(out, "\n  {numbers} = {outcome:?} is not on your list, but it can happen.");
        let reason = if outcome == *weak { why } else { always(outcome) };
        out += &paragraph(reason);
    }
    match missing.first() {
        Some(first) if too_many.is_empty() => {
            let _ = write!(out, "\n  This execution ends with {first:?}");
        }
        _ => {}
    }
    out
}

/// The text in lines that fit a terminal, set in under the line before.
fn paragraph(text: &str) -> String {
    const WIDTH: usize = 80;
    let (mut out, mut length) = (String::new(), WIDTH);
    for word in text.split(' ') {
        if length + 1 + word.chars().count() > WIDTH {
            out += "\n   ";
            length = 3;
        }
        let _ = write!(out, " {word}");
        length += 1 + word.chars().count();
    }
    out
}

/// Why an outcome that nobody asks about cannot happen.
fn never((first, second): Outcome) -> &'static str {
    if first > 1 || second > 1 {
        "Nobody writes such a number, and a load gives a value that was written, or the one from the start."
    } else {
        "Follow each thread line by line: which write would the load have to read, and is it ever done?"
    }
}

/// Why one can happen.
fn always(outcome: Outcome) -> &'static str {
    match outcome {
        (0, 0) => "It needs no reordering: let the loads come first.",
        (1, 1) => "It needs no reordering: let all stores come first.",
        _ => "It needs no reordering: one thread runs between two steps of the other.",
    }
}
