//! What a program is told that starts the judge: each step, and what is remembered.

use crate::scratch::Scratch;
use serde_json::Value;

const GUARD: &str = "exercises/src/ch04_spin_lock/guard.rs";

/// The events of a run.
fn events(scratch: &Scratch, arguments: &[&str]) -> (Option<i32>, Vec<Value>) {
    let said = scratch.judge(&[&["--events"], arguments].concat());
    let text = said.text();
    let lines = text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON"));
    (said.code(), lines.collect())
}

fn names(events: &[Value]) -> Vec<&str> {
    events.iter().filter_map(|event| event["event"].as_str()).collect()
}

#[test]
fn each_step_is_told_and_the_verdict_last_and_without_running_only_what_is_remembered() {
    let scratch = Scratch::new();
    let right = scratch.read("solutions/src/ch04_spin_lock/guard.rs");
    let wrong = right
        .replace("store(UNLOCKED, Release)", "store(UNLOCKED, sync::atomic::Ordering::Relaxed)");
    let remembered = |scratch: &Scratch| {
        let (code, told) = events(scratch, &["--remembered", "--exact", "spin-lock-guard"]);
        assert_eq!((code.is_some(), told.len()), (true, 1), "{told:?}");
        told.into_iter().next().expect("one")
    };
    assert_eq!(remembered(&scratch)["exercise"]["state"], "to do");

    scratch.put(GUARD, &wrong);
    assert_eq!(remembered(&scratch)["event"], "unknown", "nothing was run");
    let (code, told) = events(&scratch, &["--again", "--exact", "spin-lock-guard"]);
    assert_eq!(code, Some(101));
    assert_eq!(names(&told).first(), Some(&"compiling"));
    let checking: Vec<&Value> = told.iter().filter(|event| event["event"] == "checking").collect();
    assert_eq!(checking[0]["before"], 0);
    assert!(checking.iter().all(|event| event["of"] == checking.len()), "{checking:?}");
    let failed = told.iter().find(|event| event["outcome"] == "failed").expect("a failure");
    assert_eq!(failed["event"], "checked");
    let (early, words) = (&failed["failure"], failed["failure"]["report"].as_str());
    assert!(words.is_some_and(|words| words.contains("data race")), "{failed}");
    let last = told.last().expect("a verdict");
    assert_eq!((&last["event"], &last["exercise"]["state"]), (&"judged".into(), &"failing".into()));

    let late = last["exercise"]["checks"].as_array().expect("a list");
    assert!(late.contains(early), "what was told at once is what is told in the end");

    let known = remembered(&scratch);
    assert_eq!(known["exercise"]["as_before"], true);
    assert_eq!(known["exercise"]["checks"], last["exercise"]["checks"]);
    scratch.put(GUARD, &format!("{wrong}\n// Another file.\n"));
    assert_eq!(remembered(&scratch)["event"], "unknown");
}
