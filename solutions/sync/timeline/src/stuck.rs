//! What each thread waits for that cannot go on.

use crate::table::place_of;
use crate::{Kind, Step, Waiting, source};
use std::fmt::Write as _;

/// A line for each thread that waits.
pub fn explain(out: &mut String, steps: &[Step], threads: &[Waiting]) {
    out.push('\n');
    for waiting in threads {
        let thread = waiting.thread;
        if waiting.stopped {
            let after = steps.iter().rposition(|step| step.thread == thread);
            let after = after.map_or_else(String::new, |last| format!(" after #{last}"));
            let _ =
                writeln!(out, "  Thread {thread} has stopped{after}, and takes no further step.");
        } else if let Some(other) = waiting.joins {
            let _ = writeln!(out, "  Thread {thread} waits for the end of thread {other}.");
        } else if let Some(last) = steps.iter().rposition(|step| step.thread == thread) {
            let _ = writeln!(out, "  Thread {thread} {}.", why(steps, last));
        }
    }
}

/// What the thread is doing whose last step is `last`.
fn why(steps: &[Step], last: usize) -> String {
    let step = &steps[last];
    let at = place_of(step.at);
    let (name, _) = step.text.split_once('(').unwrap_or((&step.text, ""));
    let name = if step.text.starts_with("wait(): locks again") { "lock" } else { name };
    match (name, step.kind) {
        // A condition variable has no word to look at.
        ("wait", _) if step.text.ends_with("unlocks and sleeps") => {
            format!("sleeps at {at} since #{last}, and nobody wakes it")
        }
        ("wait", _) => sleeps(steps, last),
        ("park", _) => format!("is parked at {at} since #{last}, and nobody unparks it"),
        ("lock", _) if step.reads_from.is_some() => {
            let lock = locked(steps, step.reads_from.expect("just asked for"));
            let owner = steps[lock].thread;
            format!("waits at {at} for what thread {owner} has locked in #{lock}")
        }
        (_, Kind::Atomic { reads: true, .. }) => {
            let value = step.result.as_deref().unwrap_or("the same");
            let failed = value.strip_prefix("Err(");
            let value = failed
                .or_else(|| value.strip_prefix("Ok("))
                .map_or(value, |value| value.trim_end_matches(')'));
            let variable =
                source::variable(step).map_or_else(String::new, |name| format!(" from `{name}`"));
            let source = match origin(steps, last) {
                Some(write) if steps[write].thread == step.thread => {
                    format!("its own #{write} wrote")
                }
                Some(write) => format!("#{write} of thread {} wrote", steps[write].thread),
                None => "was there from the start".into(),
            };
            let wanted = expected(step).filter(|_| failed.is_some());
            let wanted = wanted.map_or_else(String::new, |it| format!(", and waits for {it}"));
            format!("turns at {at}: it reads {value}{variable}, which {source}{wanted}")
        }
        _ => format!("is at {at}, after #{last}: {}", step.text),
    }
}

/// Who has locked what is locked in `write`: what clears the poison in between has not.
fn locked(steps: &[Step], mut write: usize) -> usize {
    while let (false, Some(earlier)) = (steps[write].text.contains("lock"), steps[write].reads_from)
    {
        write = earlier;
    }
    write
}

fn sleeps(steps: &[Step], last: usize) -> String {
    let step = &steps[last];
    let at = place_of(step.at);
    let word = source::variable(step).map_or("the word".into(), |name| format!("`{name}`"));
    let value = step.text.trim_start_matches("wait(").trim_end_matches(')');
    let changes = |other: &Step| {
        matches!(other.kind, Kind::Atomic { writes: true, .. })
            && step.object.is_some()
            && other.object == step.object
            && !other.repeats
    };
    let changed = steps[last..].iter().rposition(changes).map(|write| write + last);
    let then = changed.map_or_else(String::new, |write| {
        format!(". #{write} of thread {} has changed {word} since", steps[write].thread)
    });
    format!("sleeps at {at} since #{last} because {word} was {value}, and nobody wakes it{then}")
}

/// What an exchange that fails wants to find.
fn expected(step: &Step) -> Option<&str> {
    let (name, operands) = step.text.split_once('(')?;
    let is_exchange = name.starts_with("compare_exchange");
    operands.split(',').next().filter(|_| is_exchange)
}

/// Who first wrote what step `index` reads: read-modify-writes that write what they read only pass it on.
fn origin(steps: &[Step], index: usize) -> Option<usize> {
    let mut write = steps[index].reads_from?;
    while steps[write].repeats {
        write = steps[write].reads_from?;
    }
    Some(write)
}
