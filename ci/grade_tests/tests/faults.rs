//! Whatever the code under test does is that exercise's failure, and the others are graded all the same.

mod misbehaving;

use misbehaving::misbehaving;
use serde_json::Value;
use std::sync::OnceLock;

struct Graded {
    output: String,
    code: Option<i32>,
    report: Value,
}

/// All of them, graded once.
fn graded() -> &'static Graded {
    static GRADED: OnceLock<Graded> = OnceLock::new();
    GRADED.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("report.json");
        let output = misbehaving(&["--report", path.to_str().expect("UTF-8")]);
        let report = std::fs::read_to_string(path).expect("a report");
        Graded {
            output: String::from_utf8_lossy(&output.stdout).into_owned(),
            code: output.status.code(),
            report: serde_json::from_str(&report).expect("JSON"),
        }
    })
}

fn entry(name: &str) -> &'static Value {
    let exercises = graded().report["exercises"].as_array().expect("a list");
    exercises.iter().find(|e| e["id"] == name).unwrap_or_else(|| panic!("{name} is not graded"))
}

fn must_pass(name: &str) {
    assert_eq!(entry(name)["state"], "passing", "{:#}", entry(name));
}

/// Requires the failure of the exercise, and these words in the report of one of its checks.
fn must_fail(name: &str, words: &str) {
    let entry = entry(name);
    assert_eq!(entry["state"], "failing", "{entry:#}");
    let checks = entry["checks"].as_array().expect("a list");
    let reports: Vec<_> = checks.iter().filter_map(|check| check["report"].as_str()).collect();
    assert!(reports.iter().any(|report| report.contains(words)), "no {words:?} in {reports:#?}");
}

#[test]
fn sound_exercises_pass_whatever_the_others_do() {
    must_pass("sound");
    must_pass("sound_after_all_that");
}

#[test]
fn exit_code_tells_of_a_failure() {
    assert_eq!(graded().code, Some(101));
    assert_eq!(misbehaving(&["sound"]).status.code(), Some(0));
    assert_eq!(misbehaving(&["not_begun"]).status.code(), Some(0));
}

#[test]
fn every_exercise_is_on_the_board_and_in_the_report_with_its_checks() {
    let exercises = graded().report["exercises"].as_array().expect("a list");
    assert_eq!(exercises.len(), 26);
    for entry in exercises {
        let file = entry["file"].as_str().expect("a string");
        let state = entry["state"].as_str().expect("a string");
        assert!(
            graded()
                .output
                .lines()
                .any(|line| line.contains(&format!(" {file} ")) && line.contains(state)),
            "{file} is not on the board:\n{}",
            graded().output
        );
        let checks = entry["checks"].as_array().expect("a list");
        assert_eq!(checks.is_empty(), file == "not_begun", "{entry:#}");
        assert!(
            checks.iter().all(|check| check["name"].is_string() && check["outcome"].is_string())
        );
    }
}

#[test]
fn exercise_that_comes_to_a_todo_is_to_do() {
    assert_eq!(entry("not_begun")["state"], "to do");
    assert_eq!(entry("comes_to_a_todo")["state"], "to do");
}

#[test]
fn deadlock_in_a_model_is_reported_with_who_waits_for_whom() {
    must_fail("sleeps_for_ever", "DEADLOCK");
    must_fail("locks_in_either_order", "livelock");
    must_fail("locks_in_either_order", "which #2 of thread 1 wrote");
}

#[test]
fn loop_without_an_operation_is_ended_at_the_time_limit() {
    must_fail("loops_for_ever", "not finished after 5 s");
}

#[test]
fn endless_recursion_is_reported_as_a_crash() {
    must_fail("calls_itself_for_ever", "overflowed");
    must_fail("calls_itself_with_real_threads", "overflowed");
}

#[test]
fn null_dereference_is_reported_as_a_crash() {
    must_fail("reads_through_null", "segmentation fault");
}

#[test]
fn abort_that_is_expected_passes() {
    must_pass("aborts_as_it_must");
}

#[test]
fn only_an_abort_is_an_expected_abort() {
    must_fail("does_not_abort", "it should have aborted: it went on");
    must_fail("panics_instead_of_aborting", "it should have aborted: it panicked");
    must_fail("overflows_instead_of_aborting", "overflowed its stack");
}

#[test]
fn abort_is_reported() {
    must_fail("aborts", "`abort()` was called");
}

#[test]
fn leak_is_reported() {
    must_fail("leaks", "the data was never dropped");
}

#[test]
fn panic_is_reported_with_its_message() {
    must_fail("panics", "not today");
    must_fail("panics_on_another_thread", "not on this thread");
}

#[test]
fn panic_while_unwinding_is_reported_with_the_first_message() {
    must_fail("panics_while_it_unwinds", "the first of two");
    must_fail("panics_while_it_unwinds_for_real", "the first of two");
}

#[test]
fn real_threads_that_wait_for_ever_are_ended_at_the_time_limit() {
    must_fail("waits_for_ever_with_real_threads", "one waits for something that never comes");
}

#[test]
fn exit_with_success_is_no_success() {
    must_fail("exits_with_success", "something called `exit`");
    must_fail("exits_with_success_in_a_fact", "something called `exit`");
}

#[test]
fn flood_of_output_is_ended_cut_and_does_not_hide_what_comes_last() {
    must_fail("prints_for_ever", "not finished after 5 s");
    must_fail("prints_for_ever_and_panics", "and out");
    let report = graded().report.to_string();
    assert!(report.len() < 1_000_000, "{} bytes of report", report.len());
}

#[test]
fn output_does_not_turn_a_sound_exercise_into_a_failure() {
    must_pass("prints_much_and_is_sound");
}
