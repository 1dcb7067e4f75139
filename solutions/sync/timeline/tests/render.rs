//! What a reader sees of an execution.

use std::panic::Location;
use std::sync::atomic::Ordering::{Acquire, Relaxed};
use timeline::{Cause, Execution, Graph, Kind, Place, Step, Waiting};

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

fn access(thread: usize, text: &str, writes: bool, reads_from: Option<usize>) -> Step {
    let kind = Kind::Atomic { order: Relaxed, reads: !writes, writes };
    Step { kind, object: Some(0), reads_from, ..step(thread, text) }
}

fn render(steps: Vec<Step>, cause: Cause) -> String {
    let graph = Graph::default();
    Execution { headline: "headline".into(), cause, threads: 2, steps, graph, history: None }
        .render()
}

/// The texts of the rows, where the operations are words: `a'` is one of thread 1.
fn rows(words: &str) -> Vec<String> {
    let steps = words.split_whitespace().map(|word| step(usize::from(word.ends_with('\'')), word));
    let report = render(steps.collect(), Cause::Other);
    let cells = report.lines().filter(|line| line.contains('│')).skip(1);
    cells
        .map(|line| line.rsplit('│').map(str::trim).find(|cell| !cell.is_empty()).unwrap().into())
        .collect()
}

#[test]
fn rows_that_are_alike_are_folded_from_three_on() {
    assert_eq!(rows("a a b"), ["a", "a", "b"]);
    assert_eq!(rows("a a a b"), ["a", "(1 more turn)", "a", "b"]);
    assert_eq!(rows("a a a a a"), ["a", "(3 more turns)", "a"]);
}

#[test]
fn turns_of_several_rows_are_folded() {
    let folded = ["x", "a", "b", "(2 more turns)", "a", "b", "y"];
    assert_eq!(rows("x a b a b a b a b y"), folded);
    assert_eq!(rows("a b a b a b a"), ["a", "b", "(1 more turn)", "a", "b", "a"]);
    assert_eq!(rows("a b a b").len(), 4);
}

#[test]
fn what_two_threads_do_in_turn_is_no_loop_of_one() {
    assert_eq!(rows("a b' a b' a b'").len(), 6);
}

#[test]
fn long_timeline_keeps_its_beginning_and_its_end_and_says_what_is_missing() {
    let words: Vec<String> = (0..1_000).map(|number| format!("w{number}")).collect();
    let rows = rows(&words.join(" "));
    assert_eq!(rows.len(), 51);
    assert_eq!((&*rows[29], &*rows[30], &*rows[31]), ("w29", "⋮  (950 left out)", "w980"));
    assert_eq!(self::rows(&words[..60].join(" ")).len(), 60);
}

#[test]
fn rows_that_an_explanation_speaks_of_are_not_left_out() {
    let steps = (0..200).map(|number| access(number % 2, &format!("w{number}"), false, None));
    let report = render(steps.collect(), Cause::Race(100, 101));
    assert!(report.contains(" w100") && report.contains(" w101"));
}

#[test]
fn sleeper_is_told_with_what_it_waits_for_and_who_has_changed_it() {
    let sleep = Step { result: Some("asleep".into()), ..access(1, "wait(1)", false, None) };
    let steps = vec![sleep, access(0, "store(0, Relaxed)", true, None)];
    let report =
        render(steps, Cause::Stuck(vec![Waiting { thread: 1, joins: None, stopped: false }]));
    let line = "since #0 because the word was 1, and nobody wakes it. #1 of thread 0 has changed the word since.";
    assert!(report.contains(line), "{report}");
}

#[test]
fn spinner_is_told_with_what_it_reads_and_what_it_waits_for() {
    let exchange = "compare_exchange(0, 1, Acquire, Relaxed)";
    let spin = Step { result: Some("Err(2)".into()), ..access(1, exchange, false, Some(0)) };
    let steps = vec![access(0, "store(2, Relaxed)", true, None), spin];
    let report =
        render(steps, Cause::Stuck(vec![Waiting { thread: 1, joins: None, stopped: false }]));
    assert!(
        report.contains("it reads 2, which #0 of thread 0 wrote, and waits for 0."),
        "{report}"
    );
}

#[test]
fn spinner_whose_exchanges_succeed_waits_for_no_value() {
    let exchange = "compare_exchange(2, 2, Relaxed, Relaxed)";
    let spin = Step { result: Some("Ok(2)".into()), ..access(1, exchange, false, None) };
    let report =
        render(vec![spin], Cause::Stuck(vec![Waiting { thread: 1, joins: None, stopped: false }]));
    assert!(report.contains("it reads 2, which was there from the start.\n"), "{report}");
}

#[test]
fn sleeper_on_a_condition_variable_is_told_without_a_value() {
    let sleep = access(1, "wait(): unlocks and sleeps", true, None);
    let report =
        render(vec![sleep], Cause::Stuck(vec![Waiting { thread: 1, joins: None, stopped: false }]));
    assert!(report.contains("since #0, and nobody wakes it.\n"), "{report}");
}

#[test]
fn nobody_is_told_to_give_a_wait_an_ordering() {
    let race = |reader: &str, order| {
        let read = Step {
            kind: Kind::Atomic { order, reads: true, writes: false },
            ..access(1, reader, false, Some(1))
        };
        let steps = vec![
            step(0, "write"),
            access(0, "store(1, Relaxed)", true, None),
            read,
            step(1, "read"),
        ];
        render(steps, Cause::Race(0, 3))
    };
    assert!(race("load(Relaxed)", Relaxed).contains("would have to be at least Acquire"));
    assert!(!race("load(Acquire)", Acquire).contains("would have to be at least Acquire"));
    let waits = race("wait(0)", Relaxed);
    assert!(waits.contains("#2 is a `wait`"), "{waits}");
    assert!(!waits.contains("would have to be at least Acquire"), "{waits}");
}

#[test]
fn marks_are_explained_where_they_stand() {
    let marked = |stale, overtaken| {
        render(vec![Step { stale, overtaken, ..access(0, "x", false, None) }], Cause::Other)
    };
    assert!(!marked(false, false).contains("(stale)"));
    assert_eq!(marked(true, false).matches("(stale)").count(), 2);
    assert_eq!(marked(false, true).matches("(already replaced)").count(), 2);
}

#[test]
fn place_inside_std_has_no_line() {
    // `map(thread::spawn)`: it is std that calls.
    let at = Place { file: "/rustc/0123/library/core/src/ops/function.rs", line: 166, column: 5 };
    let report = render(vec![Step { at, ..step(0, "spawn thread 1") }], Cause::Other);
    assert!(report.contains(" std "), "{report}");
    assert!(!report.contains("function.rs"), "{report}");
}

#[test]
fn lock_is_named_where_it_is_locked_and_where_its_guard_ends() {
    let lock = |text: &str, name: Option<&str>, object: usize| Step {
        object: Some(object),
        name: name.map(str::to_owned),
        ..step(0, text)
    };
    let report = render(
        vec![
            lock("lock()", Some("queue"), 1),
            lock("lock()", Some("bucket(address)"), 2),
            lock("unlock()", None, 1),
            lock("unlock(), poisoned", None, 2),
            lock("unlock()", None, 3),
        ],
        Cause::Other,
    );
    let names = ["queue.lock()", "bucket(address).lock()", "queue.unlock()"];
    assert!(names.iter().all(|name| report.contains(name)), "{report}");
    assert!(report.contains("bucket(address).unlock(), poisoned"), "{report}");
    assert!(report.contains("│ unlock()"), "{report}");
}
