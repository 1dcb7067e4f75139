//! What the checker says of the programs, in each language that has a compiler here.

mod common;

use common::{explored, is_tried};
use other_languages::compile::{self, Language};
use other_languages::{model, table};
use rc11::{Failure, FailureKind, Report};
use std::fs;
use std::path::Path;

/// Calls `f` for each language that has a compiler; says which have none.
fn for_each_language(f: impl FnMut(Language)) {
    Language::ALL.into_iter().filter(|language| is_tried(*language)).for_each(f);
}

fn passes(language: Language, program: &str, threads: usize) -> Report {
    let report = explored(&language.program(program), threads);
    let report = report.unwrap_or_else(|failure| panic!("{language}: {}", model::report(&failure)));
    assert!(report.complete, "{language}: {report}");
    report
}

fn fails(language: Language, program: &str) -> Failure {
    match explored(&language.program(program), 2) {
        Ok(report) => panic!("{language}: {program} is wrong, and the checker says: {report}"),
        Err(failure) => *failure,
    }
}

/// The words of a report without the places, which differ from file to file.
fn explanation(failure: &Failure) -> String {
    let report = model::report(failure);
    let (_, words) = report.split_once("must happen before the other.").expect("an explanation");
    let is_place = |word: &str| word.contains(':') && word.contains(|c: char| c.is_ascii_digit());
    let words = words.split_whitespace().map(|word| if is_place(word) { "HERE" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn the_race_is_found_with_both_sides_in_the_file_of_its_language() {
    for_each_language(|language| {
        let failure = fails(language, "race");
        assert_eq!(failure.kind, FailureKind::Race, "{language}");
        let (first, second) = failure.race.expect("both sides are known");
        let (first, second) = (&failure.steps[first], &failure.steps[second]);
        assert_ne!(first.thread, second.thread, "{language}");
        let file = language.program("race");
        let text = fs::read_to_string(&file).expect("the program");
        for step in [first, second] {
            let is_file = Path::new(step.at.file()).ends_with(file.file_name().unwrap());
            assert!(is_file, "{language}: {}", step.at);
            let line = text.lines().nth(step.at.line() as usize - 1).unwrap_or_default();
            assert!(line.contains("+= 1"), "{language}: {}: {line}", step.at);
        }
    });
}

#[test]
fn what_is_right_passes_every_execution_and_they_are_as_many_in_each_language() {
    for (program, threads) in table::PROGRAMS {
        if program == "race" || program.ends_with("_unlock") || program.ends_with("_crossed") {
            continue;
        }
        for &threads in threads {
            let mut of_first = None;
            for_each_language(|language| {
                let report = passes(language, program, threads);
                let executions = (report.executions, report.blocked);
                let expected = *of_first.get_or_insert(executions);
                assert_eq!(executions, expected, "{program} in {language}, {threads} threads");
            });
        }
    }
}

#[test]
fn the_wrong_locks_are_rejected_with_the_same_explanation_in_each_language() {
    let words = [
        (
            "spin_lock_relaxed_unlock",
            "is Relaxed and publishes nothing: it would have to be at least Release",
        ),
        ("spin_lock_crossed", "It would have to be at least Acquire"),
    ];
    for (program, why) in words {
        let mut of_first = None;
        for_each_language(|language| {
            let failure = fails(language, program);
            assert_eq!(failure.kind, FailureKind::Race, "{language}");
            let explanation = explanation(&failure);
            assert!(explanation.contains(why), "{language}: {explanation}");
            let expected = of_first.get_or_insert_with(|| explanation.clone());
            assert_eq!(&explanation, expected, "{program} in {language}");
        });
    }
}

#[test]
fn the_timeline_names_the_lines_and_the_variables_of_the_file() {
    for_each_language(|language| {
        let report = model::report(&fails(language, "spin_lock_relaxed_unlock"));
        let file = language.program("spin_lock_relaxed_unlock");
        let text = fs::read_to_string(&file).expect("the program");
        let is_unlock = |line: &str| line.contains("store") && !line.contains('/');
        let unlock = text.lines().position(is_unlock).expect("the store that unlocks");
        let place = format!("{}:{} ", file.file_name().unwrap().to_string_lossy(), unlock + 1);
        assert!(report.contains(&place), "{language}: {place} is not in\n{report}");
        for name in ["lock.flag.swap(1, Acquire) → 0", "lock.flag.store(0, Relaxed)", "write value"]
        {
            assert!(report.contains(name), "{language}: {name} is not in\n{report}");
        }
    });
}

/// A file of the book.
fn page(name: &str) -> String {
    let path = compile::root().join("../../src/other_languages").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_book_shows_what_the_checker_says() {
    if !Language::ALL.into_iter().all(is_tried) {
        return;
    }
    assert_eq!(page("verdicts.md"), table::table(), "`cargo check-foreign --table` writes it");
    let report = model::report(&fails(Language::Zig, "spin_lock_relaxed_unlock"));
    assert_eq!(page("spin_lock_relaxed_unlock.txt").trim_end(), report.trim_end());
}
