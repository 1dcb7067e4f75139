//! What explains the rows: the bare pairs of operations, and the last mutex with other pauses.

use crate::throughput::middle;
use std::path::Path;

/// The two operations of a free lock, and who uses them. The names are those of `benches/locks/pairs.rs`.
const PAIRS: [(&str, &str, &str); 6] = [
    ("exchange, swap", "`compare_exchange`, `swap`", "mutex: Locksmith, std"),
    ("exchange, exchange", "`compare_exchange` twice", "mutex: parking_lot"),
    ("exchange, store", "`compare_exchange`, `store`", "mutex: spin"),
    (
        "exchange, subtraction",
        "`compare_exchange`, `fetch_sub`",
        "reader-writer lock: Locksmith, std",
    ),
    ("addition, blind subtraction", "`fetch_add`, `fetch_sub` unread", "reader: spin"),
    ("exchange, blind mask", "`compare_exchange`, `fetch_and` unread", "writer: spin"),
];

/// The pairs as multiples of the first.
pub fn pairs(criterion: &Path) -> String {
    let time = |name: &str| measured(&criterion.join("pairs 1 alone"), name);
    let mut text = String::from("| Take, give back | Used by | Time |\n|---|---|---:|\n");
    for (name, operations, used) in PAIRS {
        text += &format!("| {operations} | {used} | {:.2} |\n", time(name) / time(PAIRS[0].0));
    }
    text
}

/// Ways to look about 250 hints long. The names are those of the benchmark.
const PAUSES: [(&str, &str); 4] = [
    ("from four", "4, 8 … 128"),
    ("from one", "1, 2 … 128"),
    ("steady", "1, 1 … 1"),
    ("rare", "63, 63, 63, 63"),
];

/// The pauses as multiples of those that the reference has.
pub fn pauses(criterion: &Path) -> String {
    let mut text = String::from("| Pauses, in hints |");
    for (_, shown) in PAUSES {
        text += &format!(" {shown} |");
    }
    text += "\n|---|---:|---:|---:|---:|\n";
    for case in ["empty", "short", "long"] {
        for threads in [2, 4, 16] {
            let row = criterion.join(format!("pauses {threads} {case}"));
            let first = measured(&row, PAUSES[0].0);
            text += &format!("| {threads} threads, {case} |");
            for (name, _) in PAUSES {
                text += &format!(" {:.2} |", measured(&row, name) / first);
            }
            text += "\n";
        }
    }
    text
}

/// The middle pass of one peer of a row. Criterion writes a comma in a name as it is.
fn measured(row: &Path, name: &str) -> f64 {
    let directory = row.join(name);
    middle(&directory).unwrap_or_else(|| panic!("{}: no results", directory.display()))
}
