//! `cargo mutate`: judges the mutants of references.

use catalog::{Catalog, Exercise};
use judge::Trial;
use mutants::edit::Edit;
use mutants::page::Results;
use mutants::survivors::{self, Survivors};
use mutants::{found, operators, page, run};
use std::collections::BTreeSet;
use std::io::{IsTerminal, Write, stderr};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

const USAGE: &str = "\
Makes small mistakes in the references, one at a time, and has each judged. What passes must be in
ci/mutants/survivors.toml, with the reason. A NAME is as for `cargo grade`.

cargo mutate [NAME]...           judge the mutants of these exercises; of all, without a name
cargo mutate --write [NAME]...   the same, and write the numbers into the book
cargo mutate --log [NAME]...     the same as the first, and tell of each mutant what rejects it
cargo mutate --list [NAME]...    only say which mutants there are
cargo mutate --page              write the page again, of the numbers that there are
cargo mutate --only=OPERATOR [NAME]...  judge only the mutants that one operator makes, such as a new one

A mutant is judged once: what came of it is remembered until it, its reference or its checks change. How many
fates an earlier grader or model checker has said is told. With --again, they do not count.";

fn main() -> ExitCode {
    judge::serve_if_asked();
    let (options, names): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with('-'));
    let root = catalog::root();
    let catalog = Catalog::read(&root);
    let has = |wanted: &str| options.iter().any(|option| option == wanted);
    let only = options.iter().find_map(|option| option.strip_prefix("--only="));
    let known = ["--write", "--log", "--list", "--page", "--again"];
    let done = if options.iter().all(|option| {
        known.contains(&option.as_str()) || only.is_some_and(|name| operators::find(name).is_some())
    }) {
        judge::named(&catalog, &names).and_then(|exercises| {
            if has("--list") {
                return list(&root, &exercises);
            }
            if has("--page") {
                return page::write(&root, &catalog, &Results::read(&root)?).map(|()| true);
            }
            let write = has("--write") && only.is_none();
            let asked = Asked { write, log: has("--log"), again: has("--again"), only };
            judge_all(&root, &catalog, &exercises, asked)
        })
    } else {
        Err(USAGE.into())
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

/// What is wanted besides the verdict.
#[derive(Clone, Copy, Debug, Default)]
struct Asked<'a> {
    write: bool,
    log: bool,
    /// What an earlier judge has said does not count.
    again: bool,
    /// The operator whose mutants are judged, if it is one.
    only: Option<&'a str>,
}

/// Whether all is well, or why it could not be done.
type Done = Result<bool, String>;

fn list(root: &Path, exercises: &[&Exercise]) -> Done {
    for exercise in exercises {
        let text = run::reference(root, exercise)?;
        let all = found::mutants(&text).map_err(|error| format!("{}: {error}", exercise.path()))?;
        println!("{}: {} mutants", exercise.path(), all.len());
        for mutant in &all {
            let Edit { was, is } = Edit::of(&text, mutant);
            println!("  {} {}: {was} → {is}", mutant.operator, mutant.place);
        }
    }
    Ok(true)
}

fn judge_all(root: &Path, catalog: &Catalog, exercises: &[&Exercise], asked: Asked<'_>) -> Done {
    let survivors = Survivors::read(root)?;
    let mut results = Results::read(root)?;
    let trial = Trial::open(root, catalog.clone(), asked.again)?;
    let mut met = BTreeSet::new();
    let mut is_right = true;
    for exercise in exercises {
        let start = Instant::now();
        let tell = |done, of| show(&format!("{} {done}/{of}", exercise.file));
        let judged = run::exercise(root, &trial, exercise, (&survivors, asked.only), &tell)?;
        show("");
        let run::Counts { mutants, rejected, undecided, equivalent, outside, holes } =
            judged.counts;
        println!(
            "{}: {mutants} mutants, {rejected} rejected, {undecided} not decided, {equivalent} equivalent, \
             {outside} outside the promise, {holes} holes ({} s)",
            exercise.path(),
            start.elapsed().as_secs()
        );
        if judged.of_earlier_judges > 0 {
            println!(
                "  {} of these fates an earlier grader or model checker has said; `--again` asks this one",
                judged.of_earlier_judges
            );
        }
        if asked.log {
            judged.log.iter().for_each(|line| println!("  {line}"));
        }
        for (mutant, edit) in &judged.unlisted {
            is_right = false;
            let entry = survivors::entry(&exercise.id, mutant.operator, &mutant.place, edit);
            println!("\nnot rejected, and not in the list:\n\n{entry}");
        }
        met.extend(judged.met);
        results.keep(&exercise.id, judged.counts);
        if asked.write {
            page::write(root, catalog, &results)?;
        }
    }
    if asked.only.is_some() {
        return Ok(is_right);
    }
    // Of an exercise that was judged, every entry must be met; one for all, if all were judged.
    let is_judged = |id: &Option<String>| match id {
        Some(id) => exercises.iter().any(|exercise| exercise.id == *id),
        None => exercises.len() == catalog.exercises.len(),
    };
    for (at, entry) in survivors.all.iter().enumerate() {
        if is_judged(&entry.which.exercise) && !met.contains(&at) {
            is_right = false;
            println!("\nin the list, and no survivor any more: {entry:?}");
        }
    }
    Ok(is_right)
}

/// A line that is written over, on a terminal only.
fn show(line: &str) {
    let mut to = stderr();
    if to.is_terminal() {
        // That it cannot be shown is no harm.
        let _ = write!(to, "\r{line:<60}\r").and_then(|()| to.flush());
    }
}
