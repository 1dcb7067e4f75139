//! The progress board.

use crate::report::Entry;
use crate::verdict::State;
use catalog::Catalog;
use std::fmt::Write as _;

/// The board for what was graded, in the order of the book.
pub fn render(catalog: &Catalog, entries: &[Entry]) -> String {
    let mut out = String::new();
    let width = catalog.exercises.iter().map(|e| e.file.len()).max().unwrap_or(0);
    for chapter in &catalog.chapters {
        let mine = |entry: &&Entry| entry.chapter == chapter.stem;
        if !entries.iter().any(|entry| mine(&entry)) {
            continue;
        }
        let _ = writeln!(out, "{}", chapter.title);
        for entry in entries.iter().filter(mine) {
            let line = format!(
                "  {} {:<width$}  {:<7}  {}",
                entry.state().mark(),
                entry.file,
                entry.state,
                entry.note
            );
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }
    let count = |state: State| entries.iter().filter(|e| e.state() == state).count();
    let _ = writeln!(
        out,
        "\n{} passing, {} failing, {} to do",
        count(State::Passing),
        count(State::Failing),
        count(State::ToDo)
    );
    out
}
