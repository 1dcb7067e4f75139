//! The outcomes of a check's models, in words.

use crate::lines::paragraph;
use crate::progress::counted;
use catalog::grouped;
use serde_json::Value;
use std::fmt::Write as _;

/// What is said of executions that are not shown.
const NOT_EXPLORED: &str = "of small programs are judged and not shown: in them a thread waits for ever, or stops, or is overtaken at each of its steps.";

/// So many outcomes of a model, or programs of a check, are shown; the report has all.
const SHOWN: usize = 10;

/// What came of the models of a check: of one, its outcomes; of many small programs, how many there are, and those with the most outcomes.
/// `others` more executions were judged.
pub fn check(models: &[Value], others: u64, name: &str) -> String {
    let mut out = explored(models, name);
    if others > 0 {
        let others = counted(others, "more execution");
        let words = format!("{others} {NOT_EXPLORED}");
        let _ = writeln!(out, "{}{}", if out.is_empty() { "" } else { "\n" }, paragraph(&words));
    }
    out
}

fn explored(models: &[Value], name: &str) -> String {
    let number = |value: &Value| value.as_u64().unwrap_or(0);
    // A check that stops at a failure leaves programs out.
    let run: Vec<(usize, &Value)> =
        (1..).zip(models).filter(|(_, model)| number(&model["executions"]) > 0).collect();
    if let [] | [_] = run[..] {
        let of_one = run.first().map(|(_, model)| *model).or_else(|| models.first());
        return of_one.map_or_else(String::new, |model| one(model, name));
    }
    let executions = run.iter().map(|(_, model)| number(&model["executions"])).sum();
    let mut out = String::new();
    let programs = counted(run.len() as u64, "program");
    let _ = writeln!(out, "  {programs}, {}", counted(executions, "execution"));
    let fails =
        |model: &Value| outcomes(model).iter().any(|outcome| outcome["verdict"] != "passes");
    let mut first = run;
    first.sort_by_key(|(_, model)| (!fails(model), std::cmp::Reverse(outcomes(model).len())));
    let more = first.len().saturating_sub(SHOWN);
    if more > 0 {
        let _ = writeln!(out, "  The {SHOWN} with the most outcomes:");
    }
    for (number_of, model) in first.into_iter().take(SHOWN) {
        let end = if fails(model) { "fails" } else { "passes" };
        let _ = writeln!(out, "\n  program {number_of} {end}: {}", extent(model));
        let text = model["program"].as_str().unwrap_or_default();
        let lines = text.lines().filter(|line| line.starts_with(' '));
        lines.for_each(|line| {
            let _ = writeln!(out, "{line}");
        });
        let id = &outcomes(model).last().unwrap_or(&Value::Null)["execution"]["id"];
        let _ = writeln!(out, "    one of its executions is {}", id.as_str().unwrap_or_default());
    }
    if more > 0 {
        let _ = writeln!(out, "\n  {}", rest(more, "program", name));
    }
    out
}

fn rest(more: usize, what: &str, name: &str) -> String {
    let more = counted(more as u64, &format!("more {what}"));
    format!("{more}: cargo grade --explore {name} --report FILE")
}

fn outcomes(model: &Value) -> &[Value] {
    model["outcomes"].as_array().map_or(&[], Vec::as_slice)
}

fn extent(model: &Value) -> String {
    let more = if model["complete"] == true { "" } else { " within bounds" };
    let executions = counted(model["executions"].as_u64().unwrap_or(0), "execution");
    format!("{executions}{more}, {}", counted(outcomes(model).len() as u64, "outcome"))
}

/// How many executions there are, and a paragraph for each outcome. What is read in all of them alike is told once.
fn one(model: &Value, name: &str) -> String {
    let number = |value: &Value| value.as_u64().unwrap_or(0);
    let outcomes = outcomes(model);
    let common: Vec<&Value> = match outcomes {
        [_] | [] => Vec::new(),
        [first, rest @ ..] => {
            let reads = reads(first).iter();
            reads.filter(|read| rest.iter().all(|other| reads_of(other, read))).collect()
        }
    };
    let mut out = String::new();
    let _ = writeln!(out, "  {}", extent(model));
    // Those that fail are the last.
    let passing = outcomes.iter().filter(|outcome| outcome["verdict"] == "passes").count();
    let shown = outcomes[passing..].iter().chain(&outcomes[..passing]).take(SHOWN);
    for outcome in shown {
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
    if outcomes.len() > SHOWN {
        let _ = writeln!(out, "\n  {}", rest(outcomes.len() - SHOWN, "outcome", name));
    }
    let left_out = number(&model["left_out"]);
    if left_out > 0 {
        let _ = writeln!(out, "\n  {} have other outcomes", grouped(left_out));
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
    use super::check;
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
        let text = check(&[model], 0, "x/y");
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
        let text = check(&[model], 0, "x/y");
        assert!(text.contains("9 executions within bounds, 1 outcome\n"), "{text}");
        assert!(text.contains("7 have other outcomes"), "{text}");
    }

    #[test]
    fn of_many_outcomes_the_first_are_shown_those_that_fail_before_the_others_and_where_all_are_is_said()
     {
        let mut outcomes: Vec<Value> = (0..12)
            .map(|id| outcome(&format!("p{id}"), "passes", ["0", &id.to_string()]))
            .collect();
        outcomes.push(outcome("f1", "fails", ["1", "99"]));
        let model =
            json!({ "executions": 26, "complete": true, "left_out": 0, "outcomes": outcomes });
        let text = check(&[model], 0, "x/y");
        assert!(text.find("is f1").unwrap() < text.find("is p0").unwrap(), "{text}");
        assert!(!text.contains("is p9"), "{text}");
        assert!(
            text.contains("3 more outcomes: cargo grade --explore x/y --report FILE"),
            "{text}"
        );
    }

    #[test]
    fn of_many_programs_the_text_and_the_extent_are_shown() {
        let program = |number: usize, verdict: &str| {
            let id = format!("{number}-a");
            json!({
                "program": format!("The program:\n\n    thread 1: call{number}()\n"),
                "executions": 2, "complete": true, "left_out": 0,
                "outcomes": [outcome(&id, verdict, ["0", "1"])],
            })
        };
        let none = json!({ "executions": 0, "complete": true, "left_out": 0, "outcomes": [] });
        let mut models: Vec<Value> = (1..=14).map(|number| program(number, "passes")).collect();
        models.extend([none, program(16, "fails")]);
        let text = check(&models, 2_976, "x/y");
        assert!(text.starts_with("  15 programs, 30 executions\n"), "{text}");
        let failing = "  program 16 fails: 2 executions, 1 outcome\n    thread 1: call16()\n";
        assert!(text.contains(failing), "{text}");
        assert!(text.contains("one of its executions is 16-a"), "{text}");
        assert!(text.find("call16").unwrap() < text.find("call1()").unwrap(), "{text}");
        assert!(
            text.contains("5 more programs: cargo grade --explore x/y --report FILE"),
            "{text}"
        );
        assert!(
            text.contains("\n\n  2,976 more executions of small programs are judged and not"),
            "{text}"
        );
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }
}
