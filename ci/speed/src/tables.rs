//! The tables beside the throughput: fairness, memory, calls to the system.

use crate::LOCKS;
use std::collections::BTreeMap;

/// Rows of cells, one for each lock, in the order in which the rows first appear.
fn grid(
    lines: &str,
    kind: &str,
    cell: impl Fn(&[&str]) -> String,
) -> Vec<(String, [String; LOCKS.len()])> {
    let mut order: Vec<&str> = Vec::new();
    let mut cells: BTreeMap<(&str, usize), String> = BTreeMap::new();
    for line in lines.lines() {
        let words: Vec<&str> = line.split('\t').collect();
        let [first, row, lock, rest @ ..] = &words[..] else { continue };
        let Some(column) = LOCKS.iter().position(|known| known == lock) else { continue };
        if *first != kind {
            continue;
        }
        if !order.contains(row) {
            order.push(row);
        }
        cells.insert((row, column), cell(rest));
    }
    let row = |row: &str| {
        let of = |column| cells.get(&(row, column)).cloned().unwrap_or_else(|| "–".into());
        (row.to_owned(), std::array::from_fn(of))
    };
    order.into_iter().map(row).collect()
}

/// The grid as Markdown.
fn table(heading: &str, rows: &[(String, [String; LOCKS.len()])]) -> String {
    let mut text = format!(
        "| {heading} | Locksmith | std | parking_lot | spin |\n|---|---:|---:|---:|---:|\n"
    );
    for (row, cells) in rows {
        text += &format!("| {row} | {} |\n", cells.join(" | "));
    }
    text
}

/// The longest wait, and the smallest and largest share.
pub fn fairness(lines: &str) -> String {
    let rows = grid(lines, "fair", |cells| match cells {
        [wait, least, most] => format!("{wait} µs; {least}–{most} %"),
        _ => "–".into(),
    });
    table("Longest wait; shares", &rows)
}

/// Bytes.
pub fn memory(lines: &str) -> String {
    table("Bytes", &grid(lines, "size", |cells| cells.concat()))
}

/// Calls to the system for a thousand sections, as strace has counted them.
pub fn calls(lines: &str) -> String {
    if lines.trim().is_empty() {
        return "strace is not installed on the machine that made these pages, so the calls are not counted.\n".into();
    }
    table("Calls for 1000 sections", &grid(lines, "calls", |cells| cells.concat()))
}
