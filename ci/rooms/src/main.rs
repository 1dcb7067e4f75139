//! `cargo rooms`: lists the rooms that are empty; its commands write what is derived, and variants.

use catalog::variants::Variant;
use rooms::{book, format, refresh, timelines, working};
use std::path::Path;
use std::process::{Command, ExitCode};

const USAGE: &str = "\
cargo rooms                        list what is missing or does not agree
cargo rooms write                  write what the book derives: src/catalog, and the edits in src/timelines
cargo rooms variant NAME           open a variant as a whole file, in $EDITOR if that is set; NAME may be new:
                                   ch04_spin_lock/guard/wrong/relaxed_unlock, or the path of its file
cargo rooms variant NAME --back    save that file as an edit of the reference
cargo rooms refresh [REVISION]     carry the variants along with references that have changed
cargo rooms format [--check]       format the variants";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = catalog::root();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => list(&root),
        ["write"] => book::write(&root)
            .map_err(|error| format!("{}: {error}", root.join("src/catalog").display()))
            .and_then(|()| timelines::write(&root)),
        ["variant", name] => open(&root, name),
        ["variant", name, "--back"] | ["variant", "--back", name] => back(&root, name),
        ["refresh"] => carry(&root, None),
        ["refresh", revision] if !revision.starts_with('-') => carry(&root, Some(revision)),
        ["format"] => tidy(&root, true),
        ["format", "--check"] => tidy(&root, false),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn list(root: &Path) -> Result<(), String> {
    let findings = rooms::findings(root);
    let mut about = None;
    for finding in &findings {
        if about != Some(&finding.about) {
            println!("{}", finding.about);
            about = Some(&finding.about);
        }
        println!("  {}", finding.what);
    }
    if findings.is_empty() {
        println!("every room is there");
        return Ok(());
    }
    Err(format!("\n{} findings", findings.len()))
}

fn open(root: &Path, name: &str) -> Result<(), String> {
    let variant = Variant::find(root, name)?;
    let copy = working::open(root, &variant)?;
    println!("{}", copy.display());
    let editor = std::env::var("EDITOR").unwrap_or_default();
    let mut words = editor.split_whitespace();
    if let Some(program) = words.next() {
        let status = Command::new(program).args(words).arg(&copy).status();
        let status = status.map_err(|error| format!("{program}: {error}"))?;
        if !status.success() {
            return Err(format!("{program} failed: nothing is saved"));
        }
        // An editor that hands over to a window which is open returns at once.
        let text = catalog::variants::read(&copy)?;
        if variant.text().as_ref() != Ok(&text) {
            return back(root, name);
        }
    }
    println!("When you have edited it: cargo rooms variant {} --back", variant.stem());
    Ok(())
}

fn back(root: &Path, name: &str) -> Result<(), String> {
    let variant = Variant::find(root, name)?;
    let is_new = working::back(root, &variant)?;
    println!("{}: {}", variant.stem(), if is_new { "saved" } else { "as it was" });
    Ok(())
}

fn carry(root: &Path, revision: Option<&str>) -> Result<(), String> {
    let refresh::Refreshed { carried, whole, left } = refresh::refresh(root, revision)?;
    for name in &carried {
        println!("{name}: written anew");
    }
    for name in &whole {
        println!("{name}: a whole file, which does not follow its reference. Should it?");
    }
    for (name, reason) in &left {
        println!("{name}: {reason}");
    }
    if left.is_empty() {
        println!("{} written anew", carried.len());
        return Ok(());
    }
    Err(format!("\n{} written anew, {} left to you", carried.len(), left.len()))
}

fn tidy(root: &Path, write: bool) -> Result<(), String> {
    let found = format::format(root, write)?;
    for name in &found {
        println!("{name}: {}", if write { "formatted" } else { "not formatted" });
    }
    (write || found.is_empty()).then_some(()).ok_or_else(|| "run `cargo rooms format`".to_owned())
}
