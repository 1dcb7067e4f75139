//! What programs want to know of a test: nextest and editors take the judge for Rust's own harness.

use crate::board;
use crate::judged::{Judged, State};
use crate::options::Options;
use catalog::{Exercise, todo};
use serde_json::json;
use std::path::Path;

/// A test of its own: the file of each exercise is there. It is what passes where everything is to do, for nextest takes no test at all
/// for an error.
pub const FILES: &str = "files";

/// Is each file there? Says which are not.
pub fn has_all_files(root: &Path, exercises: &[Exercise]) -> bool {
    let file = |exercise: &Exercise| format!("exercises/src/{}.rs", exercise.stem());
    let gone: Vec<String> =
        exercises.iter().map(file).filter(|file| !root.join(file).is_file()).collect();
    for file in &gone {
        println!("{file} is gone; `git checkout` brings it back");
    }
    gone.is_empty()
}

/// The list: a test for each exercise. What is to do is ignored, which is what nextest shows as skipped.
pub fn list(root: &Path, exercises: &[&Exercise], options: &Options) {
    if options.names.is_empty() && !options.ignored {
        println!("{FILES}: test");
    }
    for exercise in exercises {
        let file = root.join("exercises/src").join(exercise.stem()).with_extension("rs");
        if !options.ignored || todo::count(&file) > 0 && !options.to_do_fails {
            println!("{}: test", name(exercise));
        }
    }
}

/// The name of the marker `#[test] fn grade` in the file, so that "Run test" in an editor finds it.
fn name(exercise: &Exercise) -> String {
    format!("{}::grade", exercise.path())
}

/// The results, in the form of `--format json`. Says whether nothing has failed.
pub fn json(graded: &[(&Exercise, Judged)], fails: impl Fn(&Judged) -> bool) -> bool {
    println!("{}", json!({ "type": "suite", "event": "started", "test_count": graded.len() }));
    let (mut passed, mut failed, mut ignored) = (0, 0, 0);
    for (exercise, judged) in graded {
        let name = name(exercise);
        println!("{}", json!({ "type": "test", "event": "started", "name": name }));
        let (event, count) = match judged.state {
            _ if fails(judged) => ("failed", &mut failed),
            State::ToDo => ("ignored", &mut ignored),
            _ => ("ok", &mut passed),
        };
        *count += 1;
        let told = format!(
            "{}: {}\n{}",
            judged.state.name(),
            board::note(judged),
            board::describe(judged)
        );
        println!("{}", json!({ "type": "test", "event": event, "name": name, "stdout": told }));
    }
    let event = if failed == 0 { "ok" } else { "failed" };
    println!(
        "{}",
        json!({ "type": "suite", "event": event, "passed": passed, "failed": failed, "ignored": ignored, "measured": 0, "filtered_out": 0 })
    );
    failed == 0
}
