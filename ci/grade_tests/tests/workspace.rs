//! The reader's `cargo test`, in a copy of this project.

use catalog::Catalog;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A copy of the project. It stays between runs, and so does what is compiled.
fn scratch() -> PathBuf {
    let root = catalog::root();
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scratch");
    let files = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(&root)
        .output()
        .expect("git runs");
    let files = String::from_utf8(files.stdout).expect("UTF-8");
    for file in files.split('\0').filter(|file| !file.is_empty() && root.join(file).is_file()) {
        put(&scratch.join(file), &fs::read(root.join(file)).expect("a file"));
    }
    scratch
}

/// Writes a file, unless that is what it says already.
fn put(path: &Path, bytes: &[u8]) {
    if fs::read(path).is_ok_and(|present| present == bytes) {
        return;
    }
    fs::create_dir_all(path.parent().expect("in a folder")).expect("a folder");
    fs::write(path, bytes).expect("a file");
}

/// Grades the copy: the exit code, and the state of each exercise.
fn grade(scratch: &Path) -> (Option<i32>, Vec<(String, String)>) {
    let report = scratch.join("report.json");
    // A run that writes none must not find the last one's.
    let _ = fs::remove_file(&report);
    let output = Command::new(env!("CARGO"))
        .args(["test", "--quiet", "--package", "your-exercises"])
        .current_dir(scratch)
        // Not the one of the original: Cargo takes packages at the same place in two workspaces for the same.
        .env("CARGO_TARGET_DIR", scratch.join("target"))
        .env("LOCKSMITH_REPORT", &report)
        .env_remove("NEXTEST")
        .output()
        .expect("cargo runs");
    let text = fs::read_to_string(&report).unwrap_or_else(|_| {
        panic!("no report:\n{}", String::from_utf8_lossy(&output.stderr));
    });
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let text = |value: &Value| value.as_str().expect("a string").to_owned();
    let exercises = report["exercises"].as_array().expect("a list");
    let states = exercises.iter().map(|e| (text(&e["id"]), text(&e["state"])));
    (output.status.code(), states.collect())
}

#[test]
fn fresh_clone_is_to_do_a_solution_passes_and_a_wrong_attempt_fails_alone() {
    let scratch = scratch();
    let exercises = Catalog::read(&scratch).exercises;
    let guard = "ch04_spin_lock/guard.rs";
    let solved = fs::read(scratch.join("solutions/src").join(guard)).expect("a file");
    let mut variants = catalog::variants::variants(&scratch).into_iter();
    let wrong = variants.find(|variant| {
        variant.name == "relaxed_unlock" && variant.exercise.id == "spin-lock-guard"
    });
    let wrong = wrong.expect("a variant").text().expect("it applies").into_bytes();

    for (attempt, expected, exit) in
        [(None, "to do", 0), (Some(solved), "passing", 0), (Some(wrong), "failing", 101)]
    {
        if let Some(attempt) = attempt {
            put(&scratch.join("exercises/src").join(guard), &attempt);
        }
        let (code, states) = grade(&scratch);
        assert_eq!(code, Some(exit), "{expected}: {states:?}");
        assert_eq!(states.len(), exercises.len());
        for (exercise, (id, state)) in exercises.iter().zip(states) {
            assert_eq!(exercise.id, id);
            let expected = if id == "spin-lock-guard" { expected } else { "to do" };
            assert_eq!(state, expected, "{id}");
        }
    }
}
