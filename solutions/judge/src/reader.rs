//! Grades the reader's exercises.

use crate::audit;
use crate::bench::Bench;
use crate::board::{self, Paint};
use crate::compiled::compile;
use crate::drafts;
use crate::judge;
use crate::judged::{Diagnostic, Judged, State};
use crate::lines;
use crate::options::Options;
use crate::parallel::in_parallel;
use crate::progress::{Progress, Step};
use crate::report::Entry;
use crate::subject::Subject;
use crate::verdict::Verdict;
use catalog::{Exercise, todo};
use std::fmt::Write as _;
use std::path::Path;

/// Judges the files of these exercises, several at once.
pub fn grade<'a>(bench: &Bench, exercises: &[&'a Exercise]) -> Vec<(&'a Exercise, Judged)> {
    let progress = Progress::on_terminal();
    drafts::compile_together(bench, exercises);
    let judged = in_parallel(bench.slots.all, exercises, |exercise| of(bench, exercise, &progress));
    progress.clear();
    exercises.iter().copied().zip(judged).collect()
}

/// Judges them one after the other, and tells a program of each step. If nothing may be run, what is not remembered is unknown.
/// Says whether nothing has failed.
pub fn tell(bench: &Bench, exercises: &[&Exercise], options: &Options) -> bool {
    let mut is_right = true;
    for exercise in exercises {
        let judged = if options.remembered {
            remembered(bench, exercise)
        } else {
            Some(of(bench, exercise, &Progress::Events))
        };
        let step = match &judged {
            Some(judged) => Step::Judged { exercise: Entry::new(exercise, judged) },
            None => Step::Unknown { id: &exercise.id },
        };
        Progress::Events.step(&step);
        is_right &= judged.is_none_or(|judged| !judged.state.is_failure());
    }
    is_right
}

/// What is known of the file as it is now.
fn remembered(bench: &Bench, exercise: &Exercise) -> Option<Judged> {
    let subject = Subject::reader(&bench.root, exercise).ok()?;
    match todo::count_in(&subject.text) {
        0 => judge::remembered(bench, &bench.key(&subject).ok()?),
        left => Some(drafts::remembered(bench, &subject).unwrap_or_else(|| Judged::to_do(left))),
    }
}

/// Judges what the file says. If it is saved meanwhile, what it says then; if it is gone, what it said. A file that is not there, or is no text, is no matter of
/// the others.
fn of(bench: &Bench, exercise: &Exercise, progress: &Progress) -> Judged {
    loop {
        let subject = match Subject::reader(&bench.root, exercise) {
            Ok(subject) => subject,
            // On the board the name stands already.
            Err(error) => {
                let message = error.split_once(".rs: ").map_or(&*error, |(_, why)| why).to_owned();
                let told = Diagnostic { message, ..Diagnostic::error(error) };
                return Judged::broken(vec![told]);
            }
        };
        let judged = match todo::count_in(&subject.text) {
            0 => judge::judge(bench, &subject, progress),
            left => drafts::judge(bench, &subject, left),
        };
        if Subject::reader(&bench.root, exercise).map_or(true, |now| now.text == subject.text) {
            return judged;
        }
    }
}

/// What is printed of an exercise before the board; nothing, if there is nothing to do about it.
pub fn details(exercise: &Exercise, judged: &Judged, is_only_one: bool) -> String {
    let is_told = judged.state.is_failure() || is_only_one && judged.state == State::Passing;
    if !is_told {
        return String::new();
    }
    let heading = format!("{}: {}", exercise.path(), exercise.title);
    format!("{heading}\n\n{}{}\n", board::describe(judged), again(exercise, judged))
}

/// How to run the failing execution once more.
fn again(exercise: &Exercise, judged: &Judged) -> String {
    let id = |verdict: &Verdict| Some(verdict.execution.as_ref()?["id"].as_str()?.to_owned());
    let failure = judged.first_failure().and_then(|verdict| Some((&verdict.name, id(verdict)?)));
    failure.map_or_else(String::new, |(check, id)| {
        format!(
            "\nOnce more, step by step:\n  cargo grade --replay {id} {}/{check}\n",
            exercise.file
        )
    })
}

/// Prints hints.
///
/// # Errors
///
/// If none of the exercises has so many.
pub fn hint(root: &Path, exercises: &[&Exercise], number: usize) -> Result<(), String> {
    let mut found = false;
    for exercise in exercises {
        let count = exercise.hints.len();
        if let Some(hint) = number.checked_sub(1).and_then(|index| exercise.hints.get(index)) {
            found = true;
            catalog::hints::use_up_to(root, &exercise.id, number);
            println!("{}, hint {number} of {count}:\n{}", exercise.path(), lines::paragraph(hint));
        }
    }
    let count = exercises.iter().map(|exercise| exercise.hints.len()).max().unwrap_or(0);
    if found {
        Ok(())
    } else {
        Err(format!("there is no hint {number}: the last one is hint {count}"))
    }
}

/// Prints the ordering audit of what passes. Says whether there was a file that does not.
///
/// # Errors
///
/// In words, if it cannot be done.
pub fn advise(bench: &Bench, exercises: &[&Exercise], options: &Options) -> Result<bool, String> {
    let (mut refused, mut audited) = (Vec::new(), false);
    for (exercise, judged) in grade(bench, exercises) {
        match judged.state {
            State::ToDo if options.names.is_empty() => continue,
            State::Passing => audited = true,
            state => {
                refused.push((exercise.path(), state));
                continue;
            }
        }
        let subject = Subject::reader(&bench.root, exercise)?;
        let compiled = compile(bench, &[&subject]).pop().expect("one for one");
        let compiled =
            compiled.map_err(|_| format!("{} has changed meanwhile", exercise.path()))?;
        let progress = Progress::on_terminal();
        let all = audit::weakenings(bench, &compiled, &progress)?;
        progress.clear();
        print!("{}\n{}", exercise.path(), audit::table(&all, exercise));
    }
    if !audited && refused.is_empty() {
        println!("nothing to audit: no exercise is solved");
    }
    if audited {
        let words = "That a weaker ordering passes does not prove it right: the models are small.";
        println!("\n{}", lines::wrapped(words));
    }
    print!("{}", not_audited(&refused));
    Ok(!refused.is_empty())
}

/// Why these were not audited: once, however many they are.
fn not_audited(refused: &[(String, State)]) -> String {
    let why = "an audit asks which weaker orderings would still pass";
    match refused {
        [] => String::new(),
        [(path, state)] => {
            let first = if *state == State::ToDo { "Solve" } else { "Fix" };
            let words = format!("{path} is {}. {first} it first: {why}", state.in_a_sentence());
            format!("{}\n", lines::wrapped(&words))
        }
        many => {
            let mut out = format!("\nnot audited, as {why}:\n");
            for (path, state) in many {
                let _ = writeln!(out, "  {path} is {}", state.in_a_sentence());
            }
            out
        }
    }
}

/// The board, in the reader's colours.
pub fn board(bench: &Bench, graded: &[(&Exercise, Judged)], options: &Options) -> String {
    board::render(&bench.catalog, graded, Paint::new(options.color))
}
