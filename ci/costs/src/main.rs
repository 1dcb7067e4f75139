//! `cargo costs`: measures what atomics, cache lines and waiting cost on this machine. Less than a minute; leave the machine alone.
//!
//! ```text
//! cargo costs            measures and prints; the drawings go to target/costs
//! cargo costs --quick    less precisely, less than 20 seconds
//! cargo costs --write    measures, and keeps the result in the book, beside those of other machines
//! cargo costs --pages    makes the book's tables and drawings of the results that it has
//! ```

use costs::measure::{self, Effort};
use costs::result::{self, FOLDER, Machine, Results};
use costs::{draw, root};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use std::{env, fs, io};

/// The figure of the chapter on the operating system.
const WAITING: &str = "src/ch08_os_primitives/costs.md";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let known = ["--quick", "--write", "--pages"];
    if arguments.iter().any(|argument| !known.contains(&argument.as_str())) {
        eprintln!("usage: cargo costs [--quick] [--write] | --pages");
        return ExitCode::from(2);
    }
    let effort = if has("--quick") { Effort::QUICK } else { Effort::FULL };
    let done =
        if has("--pages") { pages(&root()) } else { measure(&root(), effort, has("--write")) };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(root: &Path, effort: Effort, keep: bool) -> io::Result<()> {
    // Asked first: the measurement itself is load, too.
    let machine = Machine::this();
    if machine.load.is_some_and(|load| load > machine.processors as f64 / 4.0) {
        eprintln!(
            "Other programs are at work here: threads that do not run at the same time are not in each other's way."
        );
    }
    let start = Instant::now();
    let sections = measure::all(effort, |section| {
        eprintln!("{:>3} s  {section} …", start.elapsed().as_secs())
    });
    let results = Results { machine, sections };
    eprintln!("{:>3} s\n", start.elapsed().as_secs());
    print(&results);
    let json = serde_json::to_string_pretty(&results).map_err(io::Error::other)? + "\n";
    if keep {
        write(&root.join(FOLDER), &results.file_name(), &json)?;
        return pages(root);
    }
    let folder = env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), Into::into)
        .join("costs");
    write(&folder, &results.file_name(), &json)?;
    for (name, text) in draw::files(std::slice::from_ref(&results)) {
        write(&folder, &format!("{name}.md"), &text)?;
    }
    Ok(())
}

/// The table, for a terminal.
fn print(results: &Results) {
    let Machine { model, architecture, processors, system, compiler, .. } = &results.machine;
    println!("{model}, {architecture}, {processors} processors, {system}, {compiler}");
    println!("Multiples of a relaxed load. Only the ratios mean anything.");
    for section in &results.sections {
        println!("\n{}", section.id);
        for row in &section.rows {
            println!("  {:<50} {:>8}", row.name, draw::rounded(row.nanoseconds / results.unit()));
        }
    }
}

/// The files that pages include, from the results that the book has.
fn pages(root: &Path) -> io::Result<()> {
    let all = result::read_all(root)?;
    for (name, text) in draw::files(&all) {
        write(&root.join(FOLDER), &format!("{name}.md"), &text)?;
    }
    if let Some(text) = all.first().and_then(draw::waiting) {
        fs::write(root.join(WAITING), text)?;
        println!("{WAITING}");
    }
    Ok(())
}

fn write(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let path = folder.join(name);
    fs::write(&path, text)?;
    println!("{}", path.display());
    Ok(())
}
