//! Runs the grader over the misbehaving exercises.

use std::process::{Command, Output};

/// For one check, in seconds. What ends by itself ends much sooner.
const TIME_LIMIT: &str = "5";

pub fn misbehaving(arguments: &[&str]) -> Output {
    command(arguments).output().expect("the grader starts")
}

pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_misbehaving"));
    command
        .args(arguments)
        .env("LOCKSMITH_TIME_LIMIT", TIME_LIMIT)
        .env_remove("LOCKSMITH_REPORT")
        .env_remove("NEXTEST");
    command
}
