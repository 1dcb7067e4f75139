//! A benchmark that nobody reads any more (`| head`) ends.

use speed::measure::line_or_end;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// Set for the program that prints for ever.
const PRINTS: &str = "SPEED_TEST_PRINTS";

#[test]
fn a_program_whose_output_is_cut_ends() {
    let program = std::env::current_exe().expect("a test has a file");
    let mut child = Command::new(program)
        .args(["--exact", "prints_for_ever", "--nocapture"])
        .env(PRINTS, "")
        .stdout(Stdio::piped())
        .spawn()
        .expect("the test itself can be started");
    let mut lines = BufReader::new(child.stdout.take().expect("it is a pipe")).lines();
    assert!(lines.any(|line| line.is_ok_and(|line| line == "a row")), "it prints no row");
    drop(lines);
    // If it did not end, neither would this test.
    assert!(child.wait().expect("it is a child").success());
}

/// No test, but the program for the one above.
#[test]
fn prints_for_ever() {
    while std::env::var_os(PRINTS).is_some() {
        line_or_end("a row");
    }
}
