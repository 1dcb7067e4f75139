//! Runs the reader's store-buffering test of chapter 7 on this machine, and counts:
//! `cargo run --release -p litmus --example store_buffer`. `-- --reference` runs the reference solution.
//!
//! It decides nothing. How often an outcome is seen depends on the processor, on what else it does, and on luck.

#![allow(dead_code, unused, reason = "the file is the reader's, and may be half done")]

#[path = "../../../exercises/src/ch07_processor/store_buffer_litmus.rs"]
mod yours;

/// The same file as it is in the reference.
use reference::ch07_processor::store_buffer_litmus as solution;

use std::time::{Duration, Instant};

/// Rounds in one go: their pairs are in memory at the same time.
const ROUNDS: usize = 10_000;

/// How long it tries.
const TIME: Duration = Duration::from_secs(3);

fn main() {
    let go: fn() -> [usize; 4] = if std::env::args().any(|argument| argument == "--reference") {
        || solution::run(ROUNDS, solution::left, solution::right)
    } else {
        || yours::run(ROUNDS, yours::left, yours::right)
    };
    let start = Instant::now();
    let mut counts = [0; 4];
    while start.elapsed() < TIME {
        for (count, more) in counts.iter_mut().zip(go()) {
            *count += more;
        }
    }
    let all: usize = counts.iter().sum();
    println!("{all} rounds on {}, {}", std::env::consts::ARCH, std::env::consts::OS);
    for (count, outcome) in counts.into_iter().zip(["(0, 0)", "(0, 1)", "(1, 0)", "(1, 1)"]) {
        println!("{outcome} {count:>12} {:>9.4} %", 100.0 * count as f64 / all as f64);
    }
}
