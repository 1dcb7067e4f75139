//! What is told of an execution as a graph.

use serde_json::Value;
use std::panic::Location;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use timeline::{
    Answer, Cause, Execution, Graph, Kind, Machines, Nearest, Outcomes, Step, happens_before,
    modification_order,
};

fn step(thread: usize, text: &str) -> Step {
    Step {
        thread,
        at: Location::caller().into(),
        text: text.to_owned(),
        result: None,
        kind: Kind::Other,
        object: None,
        name: None,
        reads_from: None,
        repeats: false,
        stale: false,
        overtaken: false,
    }
}

fn execution(steps: Vec<Step>, cause: Cause) -> Execution {
    let graph = Graph::default();
    Execution { headline: "headline".into(), cause, threads: 2, steps, graph, history: None }
}

fn read(thread: usize, value: &str, from: Option<usize>) -> Step {
    let kind = Kind::Atomic { order: Acquire, reads: true, writes: false };
    let result = Some(value.to_owned());
    Step { kind, object: Some(0), reads_from: from, result, ..step(thread, "load(Acquire)") }
}

fn write(thread: usize, order: std::sync::atomic::Ordering) -> Step {
    let kind = Kind::Atomic { order, reads: false, writes: true };
    Step { kind, object: Some(0), ..step(thread, "store(1)") }
}

fn json(execution: &Execution) -> Value {
    serde_json::from_str(&execution.to_json()).expect("JSON")
}

#[test]
fn pairs_that_follow_from_others_are_left_out() {
    let steps: Vec<Step> = [0, 0, 1, 1, 2, 0].map(|thread| step(thread, "x")).into();
    // The transitive closure of 0 → 1 → 2 → 3 → 4, and 5 after 1.
    let is_before = |a: usize, b: usize| if b == 5 { a < 2 } else { a < b };
    assert_eq!(happens_before(&steps, is_before), [(1, 2), (3, 4)]);
}

#[test]
fn a_thread_that_knew_it_before_has_no_new_edge() {
    let steps: Vec<Step> = [0, 1, 1].map(|thread| step(thread, "x")).into();
    assert_eq!(happens_before(&steps, |a, b| a < b), [(0, 1)]);
}

#[test]
fn writes_stand_in_modification_order() {
    let steps = vec![write(0, Relaxed), write(1, Relaxed), read(0, "1", Some(0))];
    let order = modification_order(&steps, |step| [Some(2), Some(1), None][step]);
    assert_eq!(order, [(0, vec![1, 0])]);
}

#[test]
fn the_missing_edge_says_which_side_is_missing() {
    let edge = |order| {
        let steps = vec![step(0, "write"), write(0, order), read(1, "1", Some(1)), step(1, "read")];
        json(&execution(steps, Cause::Race(0, 3)))["missing"].clone()
    };
    let edges = edge(Relaxed);
    let [one] = &edges.as_array().unwrap()[..] else { panic!("one edge") };
    let expected = r#"{"from":1,"to":2,"publishes":false,"learns":true}"#;
    assert_eq!(*one, serde_json::from_str::<Value>(expected).unwrap());
    assert_eq!(edge(Release)[0]["publishes"], true);
    // What was written before the first access could publish nothing of it.
    let steps = vec![write(0, Relaxed), step(0, "write"), read(1, "1", Some(0)), step(1, "read")];
    assert_eq!(json(&execution(steps, Cause::Race(1, 3)))["missing"], Value::Array(Vec::new()));
}

#[test]
fn a_sentence_claims_no_more_than_was_found() {
    let sentence = |sc, x86_tso| Machines { sc, x86_tso }.sentence();
    let (yes, no, open) = (Answer::Yes, Answer::No, Answer::NotFound(7));
    assert!(sentence(yes, yes).starts_with("An interleaving of the threads leads to this"));
    assert!(sentence(no, yes).starts_with("No interleaving"));
    assert!(sentence(no, yes).contains("An x86-64 processor can get there"));
    assert!(sentence(no, no).contains("an x86-64 processor does not get there if the compiler"));
    assert!(sentence(open, yes).starts_with("None of the 7 interleavings that were tried"));
    for words in [sentence(no, open), sentence(open, open)] {
        assert!(words.contains("none of the 7 executions that were tried"), "{words}");
        assert!(!words.contains("does not get there"), "{words}");
    }
    // All executions of x86-64 were tried, and interleavings are some of them.
    assert!(sentence(open, no).starts_with("No interleaving"));
}

#[test]
fn the_nearest_execution_is_told_by_its_first_difference() {
    let passing = vec![step(0, "a"), Step { stale: true, ..read(1, "0", None) }];
    let passing = execution(passing, Cause::Other);
    let nearest = |same, turns_in_step| {
        Nearest { execution: passing.clone(), same, turns_in_step }.sentence()
    };
    let words = nearest(1, true);
    assert_eq!(
        words,
        "An execution that passes is the same up to #0; then it has `load(Acquire) → 0` in place of #1."
    );
    assert!(nearest(1, false).ends_with("; then thread 1 goes on with `load(Acquire) → 0`."));
    assert!(nearest(2, false).ends_with("is the same up to #1."));
    assert!(
        nearest(0, false).starts_with("An execution that passes differs from the first step on")
    );
}

#[test]
fn executions_with_the_same_last_reads_are_one_outcome() {
    let mut outcomes = Outcomes::default();
    let program = |turns: usize, value: &str, fails: bool, outcomes: &mut Outcomes| {
        let at = read(1, value, None).at;
        let read = |value: &str| Step { at, ..read(1, value, None) };
        let mut steps = vec![read("7"); turns];
        steps.push(read(value));
        outcomes.add(execution(steps, Cause::Other), fails);
    };
    program(3, "0", false, &mut outcomes);
    program(1, "0", false, &mut outcomes);
    program(2, "1", false, &mut outcomes);
    program(2, "1", true, &mut outcomes);
    let all: Vec<_> = outcomes.all().collect();
    let told = all.iter().map(|of| (of.executions, of.fails, of.execution.steps.len()));
    assert_eq!(told.collect::<Vec<_>>(), [(2, false, 2), (1, false, 3), (1, true, 3)]);
    let json: Value = serde_json::from_str(&outcomes.to_json(true, None)).unwrap();
    assert_eq!((&json["executions"], &json["complete"]), (&4.into(), &true.into()));
    assert_eq!(json["outcomes"][0]["reads"][0]["value"], "0");
}

#[test]
fn outcomes_beyond_the_bound_are_counted() {
    let mut outcomes = Outcomes::default();
    for value in 0..100 {
        outcomes.add(execution(vec![read(0, &value.to_string(), None)], Cause::Other), false);
    }
    let json: Value = serde_json::from_str(&outcomes.to_json(false, Some("a; b\n"))).unwrap();
    let told = json["outcomes"].as_array().unwrap().len();
    assert_eq!(json["left_out"], 100 - told);
    assert_eq!((&json["executions"], &json["complete"]), (&100.into(), &false.into()));
}
