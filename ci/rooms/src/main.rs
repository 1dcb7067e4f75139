//! `cargo rooms`: lists the rooms that are empty; its commands write what is derived, and variants.

use catalog::variants::Variant;
use rooms::refresh::Refreshed;
use rooms::{book, format, museum, refresh, timelines, working};
use std::path::Path;
use std::process::{Command, ExitCode};

const USAGE: &str = "\
cargo rooms                        list what is missing or does not agree
cargo rooms write                  write what the book derives: src/catalog, src/museum/made, and the edits in src/timelines
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
        ["write"] => write(&root),
        ["variant", name] => open(&root, name),
        ["variant", name, "--back"] | ["variant", "--back", name] => back(&root, name),
        ["refresh"] => refresh(&root, None),
        ["refresh", revision] if !revision.starts_with('-') => refresh(&root, Some(revision)),
        ["format"] => format(&root, true),
        ["format", "--check"] => format(&root, false),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// What a command has done: whether all is well, or why it could not do it.
type Done = Result<bool, String>;

fn list(root: &Path) -> Done {
    let findings = rooms::findings(root);
    let mut about = None;
    for finding in &findings {
        if about != Some(&finding.about) {
            println!("{}", finding.about);
            about = Some(&finding.about);
        }
        println!("  {}", finding.what);
    }
    match findings.len() {
        0 => println!("every room is there"),
        count => println!("\n{count} findings"),
    }
    Ok(findings.is_empty())
}

fn write(root: &Path) -> Done {
    let folder = root.join("src/catalog");
    book::write(root).map_err(|error| format!("{}: {error}", folder.display()))?;
    timelines::write(root)?;
    museum::write(root).map(|()| true)
}

fn open(root: &Path, name: &str) -> Done {
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
    Ok(true)
}

fn back(root: &Path, name: &str) -> Done {
    let variant = Variant::find(root, name)?;
    let is_new = working::back(root, &variant)?;
    println!("{}: {}", variant.stem(), if is_new { "saved" } else { "as it was" });
    Ok(true)
}

fn refresh(root: &Path, revision: Option<&str>) -> Done {
    let Refreshed { carried, whole, left } = refresh::refresh(root, revision)?;
    println!("{} written anew", carried.len());
    for name in &carried {
        println!("  {name}");
    }
    if !whole.is_empty() {
        println!("{} whole files, which do not follow: should they?", whole.len());
    }
    for name in &whole {
        println!("  {name}");
    }
    if !left.is_empty() {
        println!("{} left to you", left.len());
    }
    for (name, reason) in &left {
        println!("  {name}: {reason}");
    }
    Ok(left.is_empty())
}

fn format(root: &Path, write: bool) -> Done {
    let found = format::format(root, write)?;
    for name in &found {
        println!(
            "{name}: {}",
            if write { "formatted" } else { "not formatted, see `cargo rooms format`" }
        );
    }
    Ok(write || found.is_empty())
}
