//! Turns what the benchmarks of the locks have measured into pages that `src/ch09_locks/speed.md` includes.
//!
//!     speed CRITERION FAIRNESS CALLS MACHINE OUTPUT
//!
//! The first is criterion's directory, the next two are files, the fourth is a sentence about the machine and the last the
//! directory to write to. `ci/speed/run` makes them all. `cargo listings` writes the instructions.

mod extras;
mod plot;
mod tables;
mod throughput;

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

/// The locks in the order of the columns. The first is ours.
const LOCKS: [&str; 4] = ["locksmith", "std", "parking_lot", "spin"];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [criterion, fairness, calls, machine, output] = &arguments[..] else {
        eprintln!("usage: speed CRITERION FAIRNESS CALLS MACHINE OUTPUT");
        return ExitCode::from(2);
    };
    let read =
        |path: &str| fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let rows = throughput::rows(Path::new(criterion));
    let fairness = read(fairness);
    let pages = [
        ("verdict", throughput::verdict(&rows, machine)),
        ("throughput", throughput::table(&rows) + &plot::all(&rows)),
        ("fairness", tables::fairness(&fairness)),
        ("memory", tables::memory(&fairness)),
        ("calls", tables::calls(&read(calls))),
        ("pairs", extras::pairs(Path::new(criterion))),
        ("pauses", extras::pauses(Path::new(criterion))),
    ];
    for (name, text) in pages {
        let path = Path::new(output).join(format!("{name}.md"));
        let text = format!("<!-- Made by ci/speed/run. Do not edit. -->\n\n{}\n", text.trim_end());
        fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    ExitCode::SUCCESS
}
