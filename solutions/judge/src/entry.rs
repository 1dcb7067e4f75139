//! The ways in: `cargo grade`, and `cargo test` with what starts it.

use crate::bench::Bench;
use crate::board::conclusion;
use crate::inspect;
use crate::judged::{Judged, State};
use crate::judging::yield_to_others;
use crate::names;
use crate::options::{HELP, Options};
use crate::{board, class, harness, reader, reference, report, sight, variants, watch};
use catalog::{Catalog, Exercise};
use std::io::{Write as _, stderr};
use std::path::Path;
use std::process::ExitCode;

/// `cargo grade` and `cargo test`.
pub fn main() -> ExitCode {
    serve_if_asked();
    end_where_nobody_reads();
    conclude(start(std::env::args().skip(1)))
}

/// As [`main`], in a process that another program has started for it ([`Judging`](crate::Judging)): with these arguments, and behind
/// whatever else the machine does.
pub fn run_behind(arguments: impl IntoIterator<Item = String>) -> ExitCode {
    yield_to_others();
    conclude(start(arguments))
}

/// Who reads no further, as `head` does, needs no word of it.
fn end_where_nobody_reads() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let words = panic.payload_as_str().unwrap_or_default();
        if !words.starts_with("failed printing to") {
            return usual(panic);
        }
        if !words.contains("pipe") {
            let _ = writeln!(stderr(), "{words}");
        }
        std::process::exit(2);
    }));
}

/// What each `main` of the judge does first: on Linux this program is its own warden. If this process is to be one, this does not
/// return.
pub fn serve_if_asked() {
    #[cfg(target_os = "linux")]
    crate::child::serve_if_asked();
    crate::class::serve_if_asked();
}

/// Something cannot be done, and why.
struct Trouble(String);

impl From<String> for Trouble {
    fn from(words: String) -> Self {
        Self(words)
    }
}

/// 0: nothing fails. 101: something does, as with Rust's own tests. 2: it could not be done.
fn conclude(result: Result<bool, Trouble>) -> ExitCode {
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(101),
        Err(Trouble(words)) => {
            eprintln!("{words}");
            ExitCode::from(2)
        }
    }
}

fn start(arguments: impl IntoIterator<Item = String>) -> Result<bool, Trouble> {
    let options = Options::parse(arguments)
        .map_err(|error| format!("{error}\n\n`cargo grade --help` lists all options"))?;
    if options.help {
        print!("{HELP}");
        return Ok(true);
    }
    let root = catalog::find_root()?;
    let catalog = Catalog::read(&root);
    let listed = catalog.clone();
    if options.exact && options.names == [harness::FILES] {
        return Ok(harness::has_all_files(&root, &listed.exercises));
    }
    if options.explore || options.replay.is_some() {
        let (exercise, check) = inspect::select(&listed, &options)?;
        if let Some(path) = &options.report {
            report::clear(path)?;
        }
        let bench = Bench::open(&root, catalog, &options)?;
        match &options.replay {
            Some(id) => inspect::replay(&bench, exercise, check.as_deref(), (id, &options))?,
            None => inspect::explore(&bench, exercise, check.as_deref(), &options)?,
        }
        return Ok(true);
    }
    // What only tells of exercises writes no report, and takes none away.
    let grades = !options.list && options.hint.is_none() && !options.watch;
    if let Some(path) = options.report.as_ref().filter(|_| grades) {
        report::clear(path)?;
    }
    let exercises = names::select(&listed, &options.names, options.exact, &options.skip)?;
    if exercises.is_empty() {
        return Err(Trouble("nothing is left: --skip names all of it".into()));
    }
    if options.list {
        harness::list(&root, &exercises, &options);
        return Ok(true);
    }
    if let Some(number) = options.hint {
        if options.names.is_empty() {
            return Err(Trouble(format!(
                "a hint for which exercise? cargo grade --hint {number} NAME"
            )));
        }
        reader::hint(&root, &exercises, number)?;
        return Ok(true);
    }
    if options.watch {
        watch::run(&root, &listed, &exercises, &options)?;
        return Ok(true);
    }
    let mut bench = Bench::open(&root, catalog, &options)?;
    bench.is_for_one = exercises.len() == 1;
    if let Some(folder) = &options.class {
        let class = class::judge(&mut bench, folder, (&listed, &exercises), &options)?;
        return Ok(class::tell(&bench, &class, &exercises, &options)?);
    }
    if options.events {
        return Ok(reader::tell(&bench, &exercises, &options));
    }
    if options.variants {
        return match &options.report {
            Some(path) => Ok(tell_variants(&bench, &exercises, path)?),
            None => Ok(try_variants(&bench, &exercises)),
        };
    }
    if options.audit {
        return Ok(!reader::advise(&bench, &exercises, &options)?);
    }
    if options.reference {
        return verify(&bench, &exercises, &options);
    }
    grade(&bench, &exercises, &options)
}

fn grade(bench: &Bench, exercises: &[&Exercise], options: &Options) -> Result<bool, Trouble> {
    let graded = reader::grade(bench, exercises);
    let fails = |judged: &Judged| {
        judged.state.is_failure() || options.to_do_fails && judged.state == State::ToDo
    };
    if options.format.as_deref() == Some("json") {
        return Ok(harness::json(&graded, fails));
    }
    let failed = graded.iter().filter(|(_, judged)| fails(judged)).count();
    for (exercise, judged) in &graded {
        print!("{}", reader::details(exercise, judged, graded.len() == 1));
    }
    print!("{}", reader::board(bench, &graded, options));
    let passed = graded.iter().filter(|(_, judged)| judged.state == State::Passing).count();
    println!("{}", conclusion(passed, failed, graded.len() - passed - failed));
    if !bench.kit.sees() && !options.loom {
        println!("\n{}", sight::BLIND);
    }
    if let Some(path) = &options.report {
        report::write(path, bench.engine, &graded)?;
    }
    Ok(failed == 0)
}

fn verify(bench: &Bench, exercises: &[&Exercise], options: &Options) -> Result<bool, Trouble> {
    // The orderings are a matter of our own engine, and larger programs need them no more than small ones.
    let audits = !options.loom && !options.thorough;
    let verified = reference::verify(bench, exercises, audits)?;
    let wrong = verified.iter().filter(|reference| !reference.is_right());
    for reference in wrong.clone() {
        println!(
            "reference {}\n\n{}",
            reference.exercise.path(),
            board::describe(&reference.judged)
        );
        if !reference.unneeded.is_empty() {
            println!("no check fails with:\n  {}\n", reference.unneeded.join("\n  "));
        }
    }
    let wrong = wrong.count();
    println!("{} reference solutions verified, {wrong} wrong", verified.len());
    if options.reference
        && let Some(path) = &options.report
    {
        let graded: Vec<_> =
            verified.into_iter().map(|verified| (verified.exercise, verified.judged)).collect();
        report::write(path, bench.engine, &graded)?;
    }
    Ok(wrong == 0)
}

fn try_variants(bench: &Bench, exercises: &[&Exercise]) -> bool {
    let write = std::env::var("LOCKSMITH_TIMELINES").is_ok_and(|value| value == "write");
    let is_wanted = |variant: &catalog::variants::Variant| {
        exercises.iter().any(|e| e.id == variant.exercise.id)
    };
    let tried = variants::judge(bench, is_wanted, write);
    let mut failed = 0;
    for variant in &tried {
        if let Some(complaint) = &variant.complaint {
            failed += 1;
            println!("{}: {complaint}\n", variant.name);
        }
    }
    println!("{}", conclusion(tried.len() - failed, failed, 0));
    failed == 0
}

/// Writes what all checks say of the wrong variants. Whether one says what it should is another question, which takes less.
fn tell_variants(bench: &Bench, exercises: &[&Exercise], path: &Path) -> Result<bool, String> {
    let judged = variants::by_all_checks(bench, |variant| {
        exercises.iter().any(|e| e.id == variant.exercise.id)
    })?;
    let rejected = judged.iter().filter(|(_, _, judged)| judged.state != State::Passing).count();
    println!("{}", conclusion(rejected, judged.len() - rejected, 0));
    report::write_variants(path, bench.engine, &judged)?;
    Ok(rejected == judged.len())
}
