//! What a picture shows, and what it does not.

use super::draw;
use serde_json::{Value, json};

fn step(thread: usize, text: &str, ordering: Option<&str>, reads_from: Option<usize>) -> Value {
    json!({ "thread": thread, "place": "a.rs:1", "file": "exercises/src/a.rs", "line": 1,
            "text": text, "ordering": ordering, "reads_from": reads_from, "stale": false })
}

/// Message passing whose store is Relaxed.
fn race() -> Value {
    json!({ "threads": 2, "cause": "race", "race": [1, 4],
        "missing": [{ "from": 2, "to": 3, "publishes": false, "learns": true }],
        "happens_before": [[0, 3]],
        "steps": [
            step(0, "spawn thread 1", None, None),
            step(0, "write 1 to the data", None, None),
            step(0, "ready.store(true, Relaxed)", Some("Relaxed"), None),
            step(1, "ready.load(Acquire) → true", Some("Acquire"), Some(2)),
            step(1, "read <the data>", None, None),
        ] })
}

/// The `<g>` of a step.
fn of_step(picture: &str, number: usize) -> &str {
    let from = picture.find(&format!("data-n=\"{number}\"")).expect("the step is drawn");
    let start = picture[..from].rfind("<g").expect("it is in a group");
    &picture[start..start + picture[start..].find("</g>").expect("it ends")]
}

#[test]
fn the_edge_that_is_missing_is_drawn_instead_of_the_read_and_says_who_is_to_blame() {
    let picture = draw(&race(), false).unwrap();
    assert!(picture.contains("class=\"e no\" data-e=\"2 3\""), "{picture}");
    assert!(picture.contains(">no Release</text>"), "{picture}");
    assert!(!picture.contains("class=\"e rf\""), "{picture}");
    let mut relaxed_load = race();
    relaxed_load["missing"][0] = json!({ "from": 2, "to": 3, "publishes": true, "learns": false });
    assert!(draw(&relaxed_load, false).unwrap().contains(">no Acquire</text>"));
}

#[test]
fn steps_of_a_race_are_marked_and_no_others() {
    let picture = draw(&race(), false).unwrap();
    let marked = (0..5).filter(|&step| of_step(&picture, step).contains("s race"));
    assert_eq!(marked.collect::<Vec<_>>(), [1, 4]);
}

#[test]
fn past_of_a_step_is_what_the_order_gives_and_not_what_stands_above() {
    let picture = draw(&race(), false).unwrap();
    assert!(of_step(&picture, 2).contains("data-past=\"0-1\""));
    assert!(of_step(&picture, 4).contains("data-past=\"0 3\""), "{}", of_step(&picture, 4));
    let mut unordered = race();
    unordered.as_object_mut().unwrap().remove("happens_before");
    assert!(!draw(&unordered, false).unwrap().contains("data-past"), "nothing is known of it");
}

#[test]
fn old_value_is_dotted_and_named() {
    let mut execution = race();
    execution["missing"] = json!([]);
    execution["steps"][3]["stale"] = true.into();
    let picture = draw(&execution, false).unwrap();
    assert!(picture.contains("class=\"e rf stale\" data-e=\"2 3\""), "{picture}");
    assert!(picture.contains(">old value</text>"));
}

#[test]
fn operation_and_its_ordering_have_a_line_each_and_markup_is_text() {
    let picture = draw(&race(), false).unwrap();
    assert!(picture.contains(">ready.load()</text>"), "{picture}");
    assert!(picture.contains(">Acquire → true</text>"), "{picture}");
    assert!(picture.contains("read &lt;the data&gt;"), "{picture}");
    let mut exchange = race();
    exchange["steps"][3]["text"] = "a.compare_exchange(0, 1, Acquire, Relaxed) → Err(2)".into();
    let picture = draw(&exchange, false).unwrap();
    assert!(picture.contains(">a.compare_exchange(0, 1)</text>"), "{picture}");
    assert!(picture.contains(">Acquire, Relaxed → Err(2)</text>"), "{picture}");
}

#[test]
fn lines_of_the_source_are_named_only_where_they_are_shown() {
    assert!(
        draw(&race(), true).unwrap().contains("data-file=\"exercises/src/a.rs\" data-line=\"1\"")
    );
    assert!(!draw(&race(), false).unwrap().contains("data-file"));
}

/// `race()`, with so many steps of no interest after the one of this number.
fn long_race(after: usize, count: usize) -> Value {
    let mut execution = race();
    let steps = execution["steps"].as_array_mut().unwrap();
    steps.splice(after + 1..after + 1, (0..count).map(|_| step(1, "spin", None, None)));
    execution
}

#[test]
fn long_execution_says_what_folds_and_every_step_of_it_is_drawn() {
    let picture = draw(&long_race(4, 40), false).unwrap();
    assert!(picture.contains("data-folds=\"5-38\""), "{picture}");
    for number in 0..45 {
        of_step(&picture, number);
    }
    assert!(!draw(&race(), false).unwrap().contains("data-folds"));
}

#[test]
fn what_the_failure_is_about_does_not_fold_and_no_end_of_an_arrow() {
    let folds_with = |change: &dyn Fn(&mut Value)| {
        let mut execution = long_race(4, 40);
        change(&mut execution);
        let picture = draw(&execution, false).unwrap();
        let (_, rest) = picture.split_once("data-folds=\"").expect("it folds");
        rest.split_once('"').unwrap().0.to_owned()
    };
    assert_eq!(folds_with(&|execution| execution["race"] = json!([4, 20])), "5-19 21-38");
    // A row for two steps would not be worth it.
    assert_eq!(folds_with(&|execution| execution["race"] = json!([4, 36])), "5-35");
    let reads = |execution: &mut Value| execution["steps"][20]["reads_from"] = 10.into();
    assert_eq!(folds_with(&reads), "5-38", "its own thread's value");
    let old = |execution: &mut Value| {
        reads(execution);
        execution["steps"][20]["stale"] = true.into();
    };
    assert_eq!(folds_with(&old), "5-9 11-19 21-38");
    let of_another = |execution: &mut Value| {
        reads(execution);
        execution["steps"][10]["thread"] = 0.into();
    };
    assert_eq!(folds_with(&of_another), "5-9 11-19 21-38");
    let ordered = |execution: &mut Value| execution["happens_before"] = json!([[10, 20]]);
    assert_eq!(folds_with(&ordered), "5-9 11-19 21-38");
    let waiting = |execution: &mut Value| {
        execution["steps"][25]["thread"] = 2.into();
        execution["waiting"] = json!([{ "thread": 2, "joins": null }]);
    };
    assert_eq!(folds_with(&waiting), "5-24 26-38", "the last step of a thread that waits for ever");
}

#[test]
fn thread_that_goes_no_further_says_what_it_waits_for() {
    let mut execution = race();
    execution["waiting"] = json!([{ "thread": 0, "joins": 1 }, { "thread": 1, "joins": null }]);
    let picture = draw(&execution, false).unwrap();
    assert!(picture.contains("waits for thread 1") && picture.contains("waits for ever"));
}

#[test]
fn what_is_no_execution_is_not_drawn() {
    for nothing in [Value::Null, json!({ "steps": [] }), json!({ "steps": [{ "thread": 0 }] })] {
        assert_eq!(draw(&nothing, true), None);
    }
}

/// A pop that finds nothing, though a push has returned, and a push that does not return.
fn history() -> Value {
    let mut execution = race();
    execution["history"] = json!({ "because": "", "calls": [
        { "thread": 1, "call": "push(1)", "result": "()", "begin": 1, "end": 3, "blamed": false },
        { "thread": 2, "call": "pop()", "result": "None", "begin": 5, "end": 9, "blamed": true },
        { "thread": 1, "call": "push(<2>)", "result": null, "begin": 7, "end": null, "blamed": false },
    ] });
    execution
}

/// Left and right edge of the bar that says this.
fn bar(picture: &str, label: &str) -> (i32, i32) {
    let text = picture.find(&format!(">{label}</text>")).expect("the call is drawn");
    let rect = picture[..text].rfind("<rect").expect("it has a bar");
    let number = |name: &str| -> i32 {
        let from = rect + picture[rect..].find(&format!("{name}=\"")).unwrap() + name.len() + 2;
        picture[from..].split('"').next().unwrap().parse().unwrap()
    };
    (number("x"), number("x") + number("width"))
}

#[test]
fn calls_are_bars_that_overlap_where_the_calls_do() {
    let picture = draw(&history(), false).unwrap();
    let [push, pop, open] =
        ["push(1)", "pop() → None", "push(&lt;2&gt;)"].map(|label| bar(&picture, label));
    assert!(push.1 < pop.0, "{push:?} {pop:?}");
    assert!(pop.0 < open.0 && open.0 < pop.1 && pop.1 < open.1, "{pop:?} {open:?}");
}

#[test]
fn call_that_is_to_blame_is_marked_and_told() {
    let picture = draw(&history(), false).unwrap();
    assert_eq!(picture.matches("class=\"c race\"").count(), 1, "{picture}");
    let words = "The calls as bars. thread 1: push(1); push(&lt;2&gt;), which does not return. thread 2: pop() → None, to blame.";
    assert!(picture.contains(words), "{picture}");
}

#[test]
fn execution_without_calls_has_no_bars() {
    assert!(!draw(&race(), false).unwrap().contains("history"));
}

#[test]
fn thread_that_has_stopped_is_not_said_to_wait() {
    let mut stopped = race();
    stopped["waiting"] = json!([{ "thread": 1, "joins": null, "stopped": true }]);
    let picture = draw(&stopped, false).unwrap();
    assert!(picture.contains(">has stopped</text>") && !picture.contains("waits for ever"));
}
