//! The execution as JSON.
//!
//! Written by hand: this crate is linked to all code under test, and a reader waits for that.

use crate::{Cause, Execution, Kind, Step, place_of, table};
use std::fmt::Write as _;

/// The execution in a line.
pub fn write(execution: &Execution) -> String {
    let Execution { headline, cause, threads, steps } = execution;
    let steps: Vec<String> = steps.iter().map(step).collect();
    format!(
        r#"{{"headline":{},"threads":{threads},{},"steps":[{}]}}"#,
        string(headline),
        of_cause(cause),
        steps.join(",")
    )
}

fn of_cause(cause: &Cause) -> String {
    match cause {
        Cause::Race(first, second) => format!(r#""cause":"race","race":[{first},{second}]"#),
        Cause::Stuck(waiting) => {
            let of = |waits: &crate::Waiting| {
                format!(r#"{{"thread":{},"joins":{}}}"#, waits.thread, or_null(waits.joins))
            };
            let waiting: Vec<String> = waiting.iter().map(of).collect();
            format!(r#""cause":"stuck","waiting":[{}]"#, waiting.join(","))
        }
        Cause::Other => r#""cause":"other""#.into(),
    }
}

fn step(step: &Step) -> String {
    let (kind, order) = match step.kind {
        Kind::Atomic { order, reads: true, writes: true } => ("read-modify-write", Some(order)),
        Kind::Atomic { order, writes: true, .. } => ("store", Some(order)),
        Kind::Atomic { order, .. } => ("load", Some(order)),
        Kind::Fence(order) => ("fence", Some(order)),
        Kind::Other => ("other", None),
    };
    let order = order.map(|order| format!("{order:?}"));
    let optional = |text: Option<&str>| text.map_or("null".into(), string);
    format!(
        r#"{{"thread":{},"place":{},"file":{},"line":{},"column":{},"text":{},"operation":{},"result":{},"kind":"{kind}","ordering":{},"object":{},"reads_from":{},"stale":{},"overtaken":{}}}"#,
        step.thread,
        string(&place_of(step.at)),
        string(step.at.file),
        step.at.line,
        step.at.column,
        string(&table::describe(step)),
        string(&step.text),
        optional(step.result.as_deref()),
        optional(order.as_deref()),
        or_null(step.object),
        or_null(step.reads_from),
        step.stale,
        step.overtaken,
    )
}

fn or_null(number: Option<usize>) -> String {
    number.map_or("null".into(), |number| number.to_string())
}

fn string(text: &str) -> String {
    let mut out = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out += "\\n",
            character if character < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            character => out.push(character),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::string;

    #[test]
    fn what_json_forbids_in_a_string_is_escaped() {
        assert_eq!(string("a \"b\" \\ c\nd\te → f"), r#""a \"b\" \\ c\nd\u0009e → f""#);
    }
}
