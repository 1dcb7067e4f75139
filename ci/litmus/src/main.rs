//! `cargo litmus`: runs litmus tests on this machine, and writes the book's table.

use litmus::explorer::data;
use litmus::oracle::programs;
use litmus::tests::TESTS;
use litmus::{machine, table};
use std::process::ExitCode;

/// Runs of each test, unless told.
const RUNS: usize = 200_000;

/// Round trips of the measurement, in one of several parts.
const ROUNDS: u32 = 20_000;

/// Parts, in turn with each ordering; the fastest counts, since what disturbs a measurement makes it slower.
const PARTS: usize = 9;

const USAGE: &str = "cargo litmus run [RUNS]    runs each test on this machine: name, outcome, how often, runs, allowed by x86-TSO, by Rust
cargo litmus sooner        compares round trips between two threads, with SeqCst and with Release and Acquire
cargo litmus table         prints the book's table
cargo litmus write         writes it into the book, and the data of the litmus explorer";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["run"] => run(RUNS),
        ["run", runs] if runs.parse::<usize>().is_ok() => run(runs.parse().unwrap_or(RUNS)),
        ["sooner"] => sooner(),
        ["table"] => print!("{}", table::render()),
        ["write"] => {
            let files = [(table::PAGE, table::render().into_bytes()), (data::FILE, data::render())];
            for (file, bytes) in files {
                let path = catalog::root().join(file);
                if let Err(error) = std::fs::write(&path, bytes) {
                    eprintln!("{}: {error}", path.display());
                    return ExitCode::FAILURE;
                }
            }
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn run(runs: usize) {
    let programs = programs();
    for test in TESTS {
        let (seen, runs) = machine::count(test, runs);
        let results = &table::find(&programs, test.program).results;
        let answer = |model: &str| if results[model].allowed { "yes" } else { "no" };
        let (tso, rust) = (answer("x86tso"), answer("c20"));
        println!("{}\t{}\t{seen}\t{runs}\t{tso}\t{rust}", test.name, test.outcome);
    }
}

fn sooner() {
    let fastest =
        |strong| (0..PARTS).map(|_| machine::ping_pong(strong, ROUNDS)).min().expect("some parts");
    let (weak, strong) = (fastest(false), fastest(true));
    println!("{:.2}", strong.as_secs_f64() / weak.as_secs_f64());
}
