//! A verdict, as the page of its exercise shows it.

use crate::build::timelines;
use crate::picture;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The rooms whose files a picture may quote: the reader's own, and the checks.
const QUOTED: [&str; 2] = ["exercises/src/", "solutions/checks/"];

/// How many lines before and after one are quoted with it.
const NEAR: u64 = 3;

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
    let checks: Vec<Value> = checks(exercise).map(|check| of_check(root, check)).collect();
    json!({
        "note": exercise["note"].as_str().map(|note| note.replace(" (as before)", "")),
        "checks": checks,
        "messages": exercise["messages"],
    })
}

/// As [`of`], while other checks go on.
pub fn so_far(root: &Path, exercise: &Value) -> Value {
    let mut shown = of(root, exercise);
    shown["so_far"] = true.into();
    shown
}

/// A check. Of one that has passed, only that: there are many.
fn of_check(root: &Path, check: &Value) -> Value {
    let mut shown = Map::new();
    for name in ["title", "outcome", "headline", "report", "output"] {
        let is_told = check[name] != "" && !(name == "headline" && check[name] == "passed");
        if is_told {
            shown.insert(name.to_owned(), check[name].clone());
        }
    }
    if check["kind"] != "fact" && check["real"] == false {
        shown.insert("explore".to_owned(), check["name"].clone());
    }
    let execution = &check["execution"];
    if let Some(picture) = picture::draw(execution, true) {
        shown.insert("picture".to_owned(), picture.into());
        shown.insert("lines".to_owned(), lines(root, execution));
        shown.insert("machines".to_owned(), execution["machines"]["sentence"].clone());
        shown.insert("nearest".to_owned(), nearest(&execution["nearest"]).into());
        let text = |name: &str| check[name].as_str().unwrap_or_default();
        if let Some([before, after]) =
            timelines::around(text("report"), text("headline"), !execution["history"].is_null())
        {
            shown.insert("before".to_owned(), before.into());
            shown.insert("after".to_owned(), after.into());
        }
    }
    Value::Object(shown)
}

/// The execution that passes and begins in the same way, if there is one.
fn nearest(execution: &Value) -> Option<Value> {
    let picture = picture::draw(execution, true)?;
    let sentence = timelines::with_code(execution["sentence"].as_str().unwrap_or_default());
    Some(json!({ "sentence": sentence, "picture": picture }))
}

/// The lines that the steps come from, each with its neighbours: by file, then by number.
fn lines(root: &Path, execution: &Value) -> Value {
    let mut found: BTreeMap<&str, BTreeMap<u64, String>> = BTreeMap::new();
    for step in execution["steps"].as_array().into_iter().flatten() {
        let (Some(file), Some(line)) = (step["file"].as_str(), step["line"].as_u64()) else {
            continue;
        };
        let is_quoted = QUOTED.iter().any(|room| file.starts_with(room)) && !file.contains("..");
        if !is_quoted {
            continue;
        }
        let text = fs::read_to_string(root.join(file)).unwrap_or_default();
        let numbered = (1..).zip(text.lines()).filter(|(number, _)| line.abs_diff(*number) <= NEAR);
        let numbered = numbered.map(|(number, text)| (number, text.to_owned()));
        found.entry(file).or_default().extend(numbered);
    }
    json!(found)
}

#[cfg(test)]
mod tests {
    use super::{of, state};
    use serde_json::{Value, json};
    use std::path::Path;

    fn check(outcome: &str) -> Value {
        json!({ "name": "a_check", "title": "a_check", "kind": "model", "real": false, "outcome": outcome })
    }

    #[test]
    fn exercise_is_not_decided_only_where_nothing_worse_is_known() {
        let state = |outcomes: &[&str]| {
            let checks: Vec<Value> = outcomes.iter().map(|outcome| check(outcome)).collect();
            state(&json!({ "state": "failing", "checks": checks }))
        };
        assert_eq!(state(&["passed", "not decided"]), "not decided");
        assert_eq!(state(&["not decided", "failed"]), "failing");
        assert_eq!(state(&["not decided", "does not end"]), "failing");
        assert_eq!(state(&["failed"]), "failing");
    }

    #[test]
    fn failure_has_its_picture_the_nearest_that_passes_and_the_machines() {
        let step = json!({ "thread": 0, "place": "a.rs:1", "text": "go", "file": "exercises/src/a.rs", "line": 1 });
        let mut failed = check("failed");
        failed["execution"] = json!({
            "steps": [step], "machines": { "sentence": "On all." },
            "nearest": { "steps": [step], "sentence": "One step earlier." },
        });
        let detail = of(Path::new("."), &json!({ "checks": [failed, check("passed")] }));
        let [failed, passed] = &detail["checks"].as_array().unwrap()[..] else { panic!() };
        assert!(failed["picture"].as_str().unwrap().contains("data-file=\"exercises/src/a.rs\""));
        assert_eq!(failed["machines"], "On all.");
        assert_eq!(failed["nearest"]["sentence"], "One step earlier.");
        assert!(failed["nearest"]["picture"].as_str().unwrap().starts_with("<figure"));
        assert!(passed["picture"].is_null() && passed["nearest"].is_null());
    }

    #[test]
    fn words_around_the_timeline_stand_around_the_picture() {
        let step = json!({ "thread": 0, "place": "a.rs:1", "text": "go", "file": "exercises/src/a.rs", "line": 1 });
        let mut failed = check("failed");
        failed["headline"] = "data race".into();
        failed["report"] = "data race\n\nThe program:\n\n    thread 1: a < b\n\n    #  where  │ thread 0\n    0  a.rs:1 │ go\n\n  #0 is Relaxed.\n".into();
        failed["execution"] =
            json!({ "steps": [step], "nearest": { "steps": [step], "sentence": "Then `a < b`." } });
        let detail = of(Path::new("."), &json!({ "checks": [failed] }));
        let failed = &detail["checks"][0];
        assert_eq!(
            failed["before"],
            "<p>The program:</p>\n<pre><code class=\"language-text\">    thread 1: a &lt; b</code></pre>\n"
        );
        assert_eq!(failed["after"], "<p>#0 is Relaxed.</p>\n");
        assert_eq!(failed["nearest"]["sentence"], "Then <code>a &lt; b</code>.");
    }

    #[test]
    fn calls_that_are_drawn_are_not_told_in_words_too() {
        let step = json!({ "thread": 0, "place": "a.rs:1", "text": "go", "file": "exercises/src/a.rs", "line": 1 });
        let call = json!({ "thread": 0, "call": "pop()", "result": "None", "begin": 0, "end": 1, "blamed": true });
        let mut failed = check("failed");
        failed["headline"] = "wrong".into();
        failed["report"] = "wrong\n\nThe program:\n\n    thread 1: pop()\n\n  thread 1 [A]\n\n  A: pop() → None\n\n    #  where  │ thread 0\n    0  a.rs:1 │ go\n".into();
        failed["execution"] = json!({ "steps": [step], "history": { "calls": [call] } });
        let told = |failed: &Value| {
            let detail = of(Path::new("."), &json!({ "checks": [failed] }));
            detail["checks"][0]["before"].as_str().unwrap().to_owned()
        };
        let drawn = told(&failed);
        assert!(
            drawn.contains("thread 1: pop()")
                && !drawn.contains("[A]")
                && !drawn.contains("A: pop"),
            "{drawn}"
        );
        failed["execution"]["history"] = Value::Null;
        assert!(told(&failed).contains("[A]"));
    }

    #[test]
    fn only_what_has_a_model_is_explored() {
        let mut fact = check("passed");
        fact["kind"] = "fact".into();
        let mut real = check("passed");
        real["real"] = true.into();
        let detail = of(Path::new("."), &json!({ "checks": [check("passed"), fact, real] }));
        let explored: Vec<&Value> =
            detail["checks"].as_array().unwrap().iter().map(|check| &check["explore"]).collect();
        assert_eq!(explored, [&json!("a_check"), &Value::Null, &Value::Null]);
    }
}
