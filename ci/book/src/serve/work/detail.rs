//! A verdict, as the page of its exercise shows it.

use crate::picture;
use serde_json::{Map, Value, json};
use std::fs;
use std::path::Path;

/// The rooms whose files a picture may quote: the reader's own, and the checks.
const QUOTED: [&str; 2] = ["exercises/src/", "solutions/checks/"];

/// The state of an exercise of the report. Where nothing worse is known than that a check has not been decided, it is that.
pub fn state(exercise: &Value) -> String {
    let has = |outcome: &str| checks(exercise).any(|check| check["outcome"] == outcome);
    if exercise["state"] == "failing"
        && has("not decided")
        && !has("failed")
        && !has("does not end")
    {
        return "not decided".to_owned();
    }
    exercise["state"].as_str().unwrap_or("unknown").to_owned()
}

fn checks(exercise: &Value) -> impl Iterator<Item = &Value> {
    exercise["checks"].as_array().into_iter().flatten()
}

/// What the page needs of an exercise of the report: the failing execution as a picture, with the lines that its steps come from.
pub fn of(root: &Path, exercise: &Value) -> Value {
    let checks: Vec<Value> = checks(exercise)
        .map(|check| {
            let execution = &check["execution"];
            json!({
                "title": check["title"],
                "outcome": check["outcome"],
                "headline": check["headline"],
                "executions": check["executions"],
                "report": check["report"],
                "output": check["output"],
                "picture": picture::draw(execution, true),
                "sources": sources(root, execution),
                "machines": execution["machines"]["sentence"],
                "nearest": nearest(&execution["nearest"]),
            })
        })
        .collect();
    json!({
        "state": state(exercise),
        "todos": exercise["todos"],
        "checks": checks,
        "left_out": exercise["checks_left_out"],
        "messages": exercise["messages"],
    })
}

/// The execution that passes and begins in the same way, if there is one.
fn nearest(execution: &Value) -> Option<Value> {
    let picture = picture::draw(execution, true)?;
    Some(json!({ "sentence": execution["sentence"], "picture": picture }))
}

/// The files that the steps come from, by their names in the execution.
fn sources(root: &Path, execution: &Value) -> Value {
    let mut found = Map::new();
    for step in execution["steps"].as_array().into_iter().flatten() {
        let Some(file) = step["file"].as_str() else { continue };
        let is_quoted = QUOTED.iter().any(|room| file.starts_with(room)) && !file.contains("..");
        if is_quoted
            && !found.contains_key(file)
            && let Ok(text) = fs::read_to_string(root.join(file))
        {
            found.insert(file.to_owned(), text.into());
        }
    }
    Value::Object(found)
}
