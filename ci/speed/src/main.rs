//! Turns what the benchmarks have measured into pages of the book.
//!
//!     speed pages                              writes them, from `ci/speed/machines`
//!     speed gate FILE                          is every row as fast with spin hints of other lengths?
//!     speed keep FILE BENCH ROW PEER NUMBER    puts a number into a file
//!     speed name                               the name of this machine's file
//!
//! `ci/speed/run` does all that is needed. `cargo listings` writes the instructions.

mod counted;
mod fairness;
mod ideas;
mod others;
mod plot;
mod stretched;
mod throughput;

use speed::results::{self, Results, Row};
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

/// The locks in the order of the columns. The first is ours.
const LOCKS: [&str; 4] = [results::OURS, "std", "parking_lot", "spin"];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["pages"] => write_pages(),
        ["name"] => println!("{}", Results::here().file_name()),
        ["gate", file] => {
            let (text, holds) = stretched::gate(&read(file));
            print!("{text}");
            return if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
        ["keep", file, bench, name, peer, number] => {
            let mut kept = Results::read(Path::new(file)).unwrap_or_else(|_| Results::here());
            let passes = vec![number.parse().unwrap_or_else(|_| panic!("{number} is no number"))];
            let row = |word: &str| word.to_owned();
            let row = Row { bench: row(bench), name: row(name), peer: row(peer), passes };
            kept.rows.retain(|old| {
                (&old.bench, &old.name, &old.peer) != (&row.bench, &row.name, &row.peer)
            });
            kept.rows.push(row);
            kept.write(Path::new(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        }
        _ => {
            eprintln!("usage: speed pages | name | gate FILE | keep FILE BENCH ROW PEER NUMBER");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn read(file: &str) -> Results {
    Results::read(Path::new(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Writes all pages. Called from the root of the repository.
fn write_pages() {
    let all = results::all(Path::new(".")).unwrap_or_else(|error| panic!("{error}"));
    for (path, text) in pages(&all) {
        fs::write(path, text).unwrap_or_else(|error| panic!("{path}: {error}"));
        println!("{path}: written");
    }
}

/// All pages, by their paths.
fn pages(all: &[Results]) -> Vec<(&'static str, String)> {
    // Of the others only their throughput and their waits are shown, to be compared with.
    let now: Vec<&Results> =
        all.iter().filter(|results| results.waiting == results::WAITING).collect();
    let before: Vec<&Results> =
        all.iter().filter(|results| results.waiting != results::WAITING).collect();
    // A machine may have been asked for one benchmark only.
    let with = |bench: &str| -> Vec<&Results> {
        now.iter().copied().filter(|results| !results.names(bench).is_empty()).collect()
    };
    let pages = [
        ("src/ch09_locks/speed/verdict.md", throughput::verdict(&with("locks"), &before)),
        (
            "src/ch09_locks/speed/throughput.md",
            throughput::side_by_side(all) + &throughput::each(&with("locks")),
        ),
        ("src/ch09_locks/speed/fairness.md", fairness::tables(all)),
        ("src/ch09_locks/speed/stretched.md", stretched::tables(&now)),
        ("src/ch09_locks/speed/memory.md", counted::memory(&with("fairness"))),
        ("src/ch09_locks/speed/calls.md", counted::calls(&with("locks"))),
        ("src/ch09_locks/speed/pairs.md", others::pairs(&with("locks"))),
        ("src/ch09_locks/speed/pauses.md", others::pauses(&with("locks"))),
        ("src/ch10_ideas/speed/measured.md", ideas::pages(&with(ideas::BENCH))),
        ("src/ch05_channels/measured.md", others::channels(&with("channels"))),
        ("src/ch06_arc/costs.md", others::clones(&with("arc"))),
        ("src/ch06_arc/decrement.md", others::decrements(&with("arc"))),
    ];
    let whole = |text: String| {
        format!("<!-- Made by ci/speed/run. Do not edit. -->\n\n{}\n", text.trim_end())
    };
    pages.map(|(path, text)| (path, whole(text))).to_vec()
}

/// A table: its first line, and its rows. All columns but the first are numbers.
fn table(heading: &[String], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text =
        format!("| {} |\n|---|{}\n", heading.join(" | "), "---:|".repeat(heading.len() - 1));
    for row in rows {
        text += &format!("| {} |\n", row.join(" | "));
    }
    text + "\n"
}

/// A number and how far its passes lie apart: `10.6 ± 3 %`.
fn with_spread(row: &Row) -> String {
    let number = speed::measure::short(row.median());
    match row.spread() {
        Some(spread) => format!("{number} ± {:.0} %", spread * 100.0),
        None => number,
    }
}

/// How many times `row` is `unit`, as one can say it: a `~` before it if the passes of the two lie further apart than the
/// number lies from 1.
fn multiple(row: &Row, unit: &Row) -> String {
    let ratio = row.median() / unit.median();
    let digits = if ratio >= 10.0 { format!("{ratio:.0}") } else { format!("{ratio:.2}") };
    if std::ptr::eq(row, unit) || is_clear(row, unit) { digits } else { format!("~ {digits}") }
}

/// Do two medians lie further from each other than the passes do?
fn is_clear(row: &Row, other: &Row) -> bool {
    let apart = (row.median() / other.median()).ln().abs();
    apart > row.spread().unwrap_or(0.0) + other.spread().unwrap_or(0.0)
}

/// What has to be known of a machine.
fn machine(results: &Results) -> String {
    in_full(&results.machine)
}

/// As [`machine`], as it was when this benchmark was run.
fn machine_for(results: &Results, bench: &str) -> String {
    in_full(results.machine_for(bench))
}

fn in_full(machine: &speed::Machine) -> String {
    let speed::Machine { model, architecture, processors, system, compiler, date, load } = machine;
    let load = load.map_or(String::new(), |load| format!(", load {load:.1} at the beginning"));
    format!("{model}, {architecture}, {processors} processors, {system}, {compiler}, {date}{load}")
}

#[cfg(test)]
mod tests {
    use super::pages;
    use speed::results;
    use std::fs;
    use std::path::Path;

    #[test]
    fn the_book_shows_the_results_that_it_has() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let all = results::all(&root).expect("results that can be read");
        for (path, text) in pages(&all) {
            let shown = fs::read_to_string(root.join(path)).unwrap_or_default();
            assert_eq!(shown, text, "{path}: `ci/speed/run --pages` writes it");
        }
    }
}
