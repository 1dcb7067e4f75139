//! The outcomes of a model, in words.

use crate::progress::{counted, grouped};
use serde_json::Value;
use std::fmt::Write as _;

/// How many executions there are, and a paragraph for each outcome. What is read in all of them alike is told once.
pub fn render(model: &Value) -> String {
    let number = |value: &Value| value.as_u64().unwrap_or(0);
    let outcomes = model["outcomes"].as_array().map_or(&[][..], Vec::as_slice);
    let common: Vec<&Value> = match outcomes {
        [_] | [] => Vec::new(),
        [first, rest @ ..] => {
            let reads = reads(first).iter();
            reads.filter(|read| rest.iter().all(|other| reads_of(other, read))).collect()
        }
    };
    let mut out = String::new();
    let executions = number(&model["executions"]);
    let more = if model["complete"] == true { "" } else { " within bounds" };
    let _ = writeln!(
        out,
        "  {}{more}, {}",
        counted(executions, "execution"),
        counted(outcomes.len() as u64, "outcome")
    );
    for outcome in outcomes {
        let id = outcome["execution"]["id"].as_str().unwrap_or_default();
        let count = number(&outcome["executions"]);
        let verdict = match (outcome["verdict"].as_str(), count) {
            (Some("passes"), 1) => "passes",
            (Some("passes"), _) => "pass",
            (_, 1) => "fails",
            _ => "fail",
        };
        let _ = writeln!(out, "\n  {} {verdict}, the shortest is {id}", grouped(count));
        let own = reads(outcome).iter().filter(|read| !common.contains(read));
        own.for_each(|read| line(&mut out, read));
    }
    if !common.is_empty() {
        out += "\n  in all of them\n";
        common.iter().for_each(|read| line(&mut out, read));
    }
    let left_out = number(&model["left_out"]);
    if left_out > 0 {
        let _ = writeln!(out, "\n  {} have still other outcomes", grouped(left_out));
    }
    out
}

fn reads(outcome: &Value) -> &[Value] {
    outcome["reads"].as_array().map_or(&[], Vec::as_slice)
}

fn reads_of(outcome: &Value, read: &Value) -> bool {
    reads(outcome).contains(read)
}

fn line(out: &mut String, read: &Value) {
    let text = |name: &str| read[name].as_str().unwrap_or_default();
    let (place, operation, value) = (text("place"), text("operation"), text("value"));
    let from = match (read["from"].as_u64(), read["from"] == read["thread"]) {
        (Some(_), true) => "  (its own)".to_owned(),
        (Some(thread), false) => format!("  (from thread {thread})"),
        (None, _) => String::new(),
    };
    let _ = writeln!(out, "    thread {}  {place}  {operation} → {value}{from}", read["thread"]);
}

#[cfg(test)]
mod tests {
    use super::render;
    use serde_json::{Value, json};

    fn outcome(id: &str, verdict: &str, values: [&str; 2]) -> Value {
        let read = |thread: usize| json!({ "thread": thread, "place": "x.rs:1", "operation": "load", "value": values[thread] });
        json!({
            "executions": 2, "verdict": verdict, "reads": [read(0), read(1)],
            "execution": { "id": id },
        })
    }

    #[test]
    fn what_all_outcomes_have_is_told_once() {
        let outcomes = [outcome("a1", "passes", ["0", "7"]), outcome("a2", "fails", ["1", "7"])];
        let model =
            json!({ "executions": 4, "complete": true, "left_out": 0, "outcomes": outcomes });
        let text = render(&model);
        assert!(text.starts_with("  4 executions, 2 outcomes\n"), "{text}");
        assert!(
            text.contains("2 pass, the shortest is a1\n    thread 0  x.rs:1  load → 0\n\n"),
            "{text}"
        );
        assert!(
            text.contains("2 fail, the shortest is a2\n    thread 0  x.rs:1  load → 1\n\n"),
            "{text}"
        );
        assert_eq!(text.matches("load → 7").count(), 1, "{text}");
        assert!(!text.contains("within bounds") && !text.contains("still other"), "{text}");
    }

    #[test]
    fn what_is_left_out_is_said() {
        let outcomes = [outcome("a1", "passes", ["0", "7"])];
        let model =
            json!({ "executions": 9, "complete": false, "left_out": 7, "outcomes": outcomes });
        let text = render(&model);
        assert!(text.contains("9 executions within bounds, 1 outcome\n"), "{text}");
        assert!(text.contains("7 have still other outcomes"), "{text}");
    }
}
