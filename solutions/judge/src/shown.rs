//! The failures that the book shows, in `src/timelines`: the report as text, and beside it the execution as data, for the picture.

use crate::bench::Bench;
use crate::subject::Subject;
use crate::verdict::Verdict;
use serde_json::{Map, Value};
use std::fs;
use std::path::{Path, PathBuf};

/// What the picture needs of an execution, and of a step. Where a step stands in which file is not part of it: lines move.
const OF_EXECUTION: [&str; 7] =
    ["threads", "cause", "race", "waiting", "missing", "happens_before", "steps"];
const OF_STEP: [&str; 6] = ["thread", "place", "text", "ordering", "reads_from", "stale"];

/// Where the book shows the report of a variant, if it does: `src/timelines/ch04_spin_lock/guard-relaxed_unlock.txt`. `name` is the
/// subject's.
pub fn at(root: &Path, name: &str) -> Option<PathBuf> {
    let (stem, variant) = name.split_once("::wrong::")?;
    let file = format!("{}-{variant}.txt", stem.replace("::", "/"));
    Some(root.join("src/timelines").join(file)).filter(|path| path.is_file())
}

/// Holds the book to what the grader says; with `write`, writes that into the book (`ci/timelines`).
///
/// # Errors
///
/// In words, if the book shows something else, or if it cannot be written.
pub fn hold(
    bench: &Bench,
    subject: &Subject,
    verdict: &Verdict,
    write: bool,
) -> Result<(), String> {
    let Some(path) = at(&bench.root, &subject.name) else { return Ok(()) };
    let report = format!("{}\n\n{}\n", verdict.title(), verdict.report);
    let data = verdict.execution.as_ref().map(|execution| slim(execution).to_string() + "\n");
    let picture = path.with_extension("json");
    if write {
        let trouble = |error| format!("{}: {error}", path.display());
        fs::write(&path, report).map_err(trouble)?;
        return match data {
            Some(data) => fs::write(&picture, data).map_err(trouble),
            None if picture.is_file() => fs::remove_file(&picture).map_err(trouble),
            None => Ok(()),
        };
    }
    // A checkout may have changed the ends of lines.
    let shown = |path: &Path| fs::read_to_string(path).ok().map(|text| text.replace("\r\n", "\n"));
    if shown(&path).as_ref() == Some(&report) && shown(&picture) == data {
        return Ok(());
    }
    Err(format!(
        "{} is not what the grader says now, run `ci/timelines`:\n\n{report}",
        path.display()
    ))
}

/// An execution with what the picture needs, and no field that says nothing.
fn slim(execution: &Value) -> Value {
    let mut slim = only(execution, &OF_EXECUTION);
    if let Some(steps) = slim.get_mut("steps").and_then(Value::as_array_mut) {
        for step in steps {
            *step = Value::Object(only(step, &OF_STEP));
        }
    }
    Value::Object(slim)
}

fn only(value: &Value, names: &[&str]) -> Map<String, Value> {
    let says_something = |value: &Value| !value.is_null() && *value != Value::Bool(false);
    let field = |name: &&str| Some(((*name).to_owned(), value.get(*name)?.clone()));
    names.iter().filter_map(field).filter(|(_, value)| says_something(value)).collect()
}

#[cfg(test)]
mod tests {
    use super::slim;
    use serde_json::json;

    #[test]
    fn data_of_a_picture_has_no_line_that_moves_and_nothing_that_says_nothing() {
        let step = json!({ "thread": 1, "text": "read", "place": "check:3", "line": 3, "stale": false, "ordering": null });
        let execution =
            json!({ "race": [0, 1], "nearest": null, "headline": "race", "steps": [step] });
        let step = json!({ "thread": 1, "text": "read", "place": "check:3" });
        assert_eq!(slim(&execution), json!({ "race": [0, 1], "steps": [step] }));
    }
}
