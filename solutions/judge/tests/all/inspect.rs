//! One execution once more, and all of them.

use crate::scratch::{Said, Scratch};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

const GUARD: &str = "exercises/src/ch04_spin_lock/guard.rs";
const CHECK: &str = "guard/what_a_holder_did_happens_before_what_the_next_one_does";

/// A guard that unlocks with the wrong ordering and says so, as the reader's file.
fn wrong(scratch: &Scratch) {
    let right = scratch.read("solutions/src/ch04_spin_lock/guard.rs");
    let wrong = right.replace(
        "self.lock.locked.store(UNLOCKED, Release)",
        "println!(\"unlocks\"); self.lock.locked.store(UNLOCKED, sync::atomic::Ordering::Relaxed)",
    );
    assert!(right != wrong, "the reference unlocks in other words now");
    fs::write(scratch.root.join(GUARD), wrong).unwrap();
}

fn failing(report: &Value) -> &Value {
    let checks = report["exercises"][0]["checks"].as_array().unwrap();
    let execution = checks.iter().map(|check| &check["execution"]).find(|it| !it.is_null());
    execution.expect("an execution that fails")
}

/// The rows of the timeline that say what was printed, each with the row before it.
fn printed(said: &Said) -> Vec<[String; 2]> {
    let text = said.text();
    let lines: Vec<&str> = text.lines().collect();
    let pairs = lines.windows(2).filter(|pair| pair[1].ends_with("│ prints: unlocks"));
    pairs.map(|pair| [pair[0].to_owned(), pair[1].to_owned()]).collect()
}

#[test]
fn the_failing_execution_is_run_once_more_and_alone() {
    let scratch = Scratch::new();
    wrong(&scratch);
    let (said, report) = scratch.report(&["guard"]);
    let execution = failing(&report);
    let command = format!("--replay {} {CHECK}", execution["id"].as_str().unwrap());
    assert!(said.text().contains(&command), "{said:?}");
    let again = scratch.judge(&command.split(' ').collect::<Vec<_>>());
    assert_eq!(again.code(), Some(0), "{again:?}");
    let headline = execution["headline"].as_str().unwrap();
    assert!(again.text().contains(headline), "{again:?}");
    let is_wide = |line: &&str| line.chars().count() > 80 && !line.contains('│');
    assert_eq!(again.text().lines().skip(1).find(is_wide), None);
    // One of the two threads has come so far: between its swap and its store.
    let rows = printed(&again);
    let [[before, prints]] = &rows[..] else { panic!("{again:?}") };
    let column = |row: &str| {
        row.split('│').collect::<Vec<_>>().iter().rposition(|cell| !cell.trim().is_empty())
    };
    assert_eq!(column(before), column(prints), "{again:?}");
    let store = again.text().lines().position(|line| line.contains("locked.store(")).unwrap();
    let print = again.text().lines().position(|line| line == prints).unwrap();
    assert!(print < store, "{again:?}");
    let mut dot: Vec<&str> = command.split(' ').collect();
    dot.push("--dot");
    assert!(scratch.judge(&dot).text().starts_with("digraph execution {"));
}

#[test]
fn a_failure_says_on_which_machine_and_what_is_missing() {
    let scratch = Scratch::new();
    wrong(&scratch);
    let (said, report) = scratch.report(&["guard"]);
    let execution = failing(&report);
    assert_eq!(
        (&execution["machines"]["sc"], &execution["machines"]["x86_tso"]),
        (&"no".into(), &"no".into())
    );
    let words = said.text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(execution["machines"]["sentence"].as_str().unwrap()), "{words}");
    // The store does not publish; the swap would learn.
    let [missing] = &execution["missing"].as_array().unwrap()[..] else { panic!("{execution:#}") };
    let text =
        |step: &Value| execution["steps"][step.as_u64().unwrap() as usize]["text"].to_string();
    assert!(text(&missing["from"]).contains("store(false, Relaxed)"), "{execution:#}");
    assert!(text(&missing["to"]).contains("swap(true, Acquire)"), "{execution:#}");
    assert_eq!((&missing["publishes"], &missing["learns"]), (&false.into(), &true.into()));
}

#[test]
fn all_executions_are_told_by_their_outcomes() {
    let scratch = Scratch::new();
    let (said, report) =
        scratch.report(&["--explore", "--reference", "guard/three_threads_hold_the_lock_in_turn"]);
    let model = &report["checks"][0];
    let outcomes = model["outcomes"].as_array().unwrap();
    // The orders in which three threads can have a lock.
    assert_eq!(outcomes.len(), 6, "{said:?}");
    assert_eq!(model["complete"], true);
    let sum: u64 = outcomes.iter().map(|outcome| outcome["executions"].as_u64().unwrap()).sum();
    assert_eq!(model["executions"], sum);
    assert!(said.text().contains(&format!("{sum} executions, 6 outcomes")), "{said:?}");
    let id = outcomes[0]["execution"]["id"].as_str().unwrap();
    let check = "guard/three_threads_hold_the_lock_in_turn";
    let again = scratch.judge(&["--replay", id, check, "--reference"]);
    assert!(again.text().contains("this execution passes"), "{again:?}");
    let page = fs::read_to_string(catalog::root().join("src/how_to_work/report.md")).unwrap();
    let mut fields = BTreeSet::new();
    crate::workspace::fields_of(&report, &mut fields);
    let missing: Vec<_> =
        fields.iter().filter(|field| !page.contains(&format!("`{field}`"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn what_is_explored_and_what_is_only_judged_is_all_that_is_judged() {
    const CHECK: &str = "every_small_program_does_what_a_lock_does";
    let scratch = Scratch::new();
    let name = format!("guard/{CHECK}");
    let (said, explored) = scratch.report(&["--explore", "--reference", &name]);
    let models = explored["checks"].as_array().unwrap();
    let shown: u64 = models.iter().map(|model| model["executions"].as_u64().unwrap()).sum();
    let others = explored["not_explored"][0]["executions"].as_u64().unwrap();
    assert!(shown > 0 && others > 0, "{said:?}");
    let (_, judged) = scratch.report(&["--reference", "guard"]);
    let checks = judged["exercises"][0]["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == CHECK).unwrap();
    assert_eq!(check["executions"], shown + others);
}

#[test]
fn what_cannot_be_shown_is_an_error_in_words() {
    let scratch = Scratch::new();
    for (arguments, words) in [
        (&["--explore", "guard"][..], "is still to do"),
        (&["--explore"], "name one exercise"),
        (&["--explore", "--reference", "guard/nothing"], "guard has no check nothing Those"),
        (
            &["--explore", "--reference", "guard/three_threads_hold_the_lock"],
            "did you mean three_threads_hold_the_lock_in_turn?",
        ),
        (
            &["--explore", "--reference", "guard/public_items_are_those_of_the_stub"],
            "has no model, and so no executions",
        ),
        (&["--explore", "--reference", "ch04_spin_lock/gaurd"], "did you mean guard?"),
        (&["--explore", "--reference", "gaurd/nothing"], "did you mean guard?"),
        (&["--replay", "b1", "--reference", CHECK], "has no execution b1"),
        (&["--replay", "?", "--reference", CHECK], "The name of an execution is like"),
        (&["--replay", "a1", "--reference", "guard"], "which check?"),
    ] {
        let said = scratch.judge(arguments);
        assert_eq!(said.code(), Some(2), "{said:?}");
        let errors = said.errors().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(errors.contains(words), "{words}: {said:?}");
    }
    let nowhere =
        scratch.judge(&["--explore", "--reference", "guard", "--report", "gone/all.json"]);
    assert!(nowhere.code() == Some(2) && nowhere.text().is_empty(), "{nowhere:?}");
}
