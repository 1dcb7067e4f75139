//! The grader's options, and what other tools ask of a test binary.

mod misbehaving;

use misbehaving::{command, misbehaving};
use std::process::Output;

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn to_do_is_a_failure_where_asked_for() {
    let output = misbehaving(&["not_begun", "--to-do-fails"]);
    assert_eq!(output.status.code(), Some(101));
    assert!(stdout(&output).contains("to do: 1 todo!() left"), "{}", stdout(&output));
    let output = misbehaving(&["comes_to_a_todo", "--to-do-fails"]);
    assert_eq!(output.status.code(), Some(101));
}

#[test]
fn filter_grades_what_it_names_and_nothing_else() {
    let output = stdout(&misbehaving(&["faults::sound::grade", "--exact"]));
    assert!(output.contains("1 passing, 0 failing, 0 to do"), "{output}");
    let output = stdout(&misbehaving(&["no_such_exercise"]));
    assert!(!output.contains("passing"), "{output}");
}

#[test]
fn list_has_the_form_that_nextest_reads() {
    let output = misbehaving(&["--list", "--format", "terse"]);
    assert!(output.status.success());
    let output = stdout(&output);
    assert_eq!(output.lines().count(), 26, "{output}");
    assert!(output.lines().all(|l| l.starts_with("faults::") && l.ends_with(": test")), "{output}");
}

#[test]
fn nextest_is_told_to_skip_what_is_to_do() {
    let list = ["--list", "--format", "terse", "--ignored"];
    let output = command(&list).env("NEXTEST", "1").output().expect("the grader starts");
    assert_eq!(stdout(&output), "faults::not_begun::grade: test\n");
}

#[test]
fn hint_is_shown_by_its_number() {
    let output = stdout(&misbehaving(&["not_begun", "--hint", "1"]));
    assert_eq!(output, "faults::not_begun, hint 1 of 1: Behave.\n");
    let output = stdout(&misbehaving(&["not_begun", "--hint", "2"]));
    assert_eq!(output, "faults::not_begun has 1 hints\n");
}

#[test]
fn report_can_be_asked_for_by_an_environment_variable() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("report.json");
    let output =
        command(&["faults::sound::grade", "--exact"]).env("LOCKSMITH_REPORT", &path).output();
    assert!(output.expect("the grader starts").status.success());
    let report = std::fs::read_to_string(path).expect("a report");
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["exercises"][0]["id"], "sound");
    assert_eq!(report["exercises"][0]["checks"][1]["name"], "counts (with real threads)");
}

#[test]
fn report_that_cannot_be_written_and_option_without_its_value_are_errors() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("no").join("report.json");
    let output = misbehaving(&["not_begun", "--report", path.to_str().expect("UTF-8")]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(misbehaving(&["--report"]).status.code(), Some(2));
    assert_eq!(misbehaving(&["--hint", "x"]).status.code(), Some(2));
}
