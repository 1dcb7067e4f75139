//! The timeline: a column for each thread.

use crate::{Execution, Kind, Step};
use std::fmt::Write as _;
use std::panic::Location;
use std::path::{Path, PathBuf};

/// The table of events. Turns of a loop that see the same again are folded.
pub fn render(out: &mut String, execution: &Execution) {
    let cells: Vec<String> = execution.steps.iter().map(describe).collect();
    let mut widths = vec![0; execution.threads];
    for (thread, width) in widths.iter_mut().enumerate() {
        let title = heading(thread);
        let longest = execution.steps.iter().zip(&cells).filter(|(e, _)| e.thread == thread);
        let longest = longest.map(|(_, cell)| cell.chars().count()).max().unwrap_or(0);
        *width = longest.max(title.chars().count());
    }
    let places: Vec<String> = execution.steps.iter().map(|event| place_of(event.at)).collect();
    let wide = places.iter().map(String::len).max().unwrap_or(5).max(5);
    let mut line = |number: &str, at: &str, column: Option<(usize, &str)>| {
        let _ = write!(out, "  {number:>3}  {at:<wide$}");
        for (thread, width) in widths.iter().enumerate() {
            let text = match column {
                None => heading(thread),
                Some((owner, text)) if owner == thread => text.to_owned(),
                Some(_) => String::new(),
            };
            let _ = write!(out, " │ {text:<width$}");
        }
        while out.ends_with(' ') {
            out.pop();
        }
        out.push('\n');
    };
    line("#", "where", None);
    let mut folded = 0;
    for (index, event) in execution.steps.iter().enumerate() {
        let same = |a: usize| cells[a] == cells[index] && execution.steps[a].thread == event.thread;
        if index > 0 && index + 1 < cells.len() && same(index - 1) && same(index + 1) {
            folded += 1;
            continue;
        }
        if folded > 0 {
            line("⋮", "", Some((event.thread, &format!("({folded} more turns)"))));
            folded = 0;
        }
        line(&index.to_string(), &places[index], Some((event.thread, &cells[index])));
    }
}

fn heading(thread: usize) -> String {
    if thread == 0 { "thread 0 (main)".into() } else { format!("thread {thread}") }
}

fn describe(step: &Step) -> String {
    let mut text = step.text.clone();
    if matches!(step.kind, Kind::Atomic { .. })
        && let Some(receiver) = receiver(step.at)
    {
        text = format!("{receiver}.{text}");
    }
    if let Some(result) = &step.result {
        let _ = write!(text, " → {result}");
    }
    if step.stale {
        text += "  (stale)";
    }
    text
}

/// What stands before the dot of the method call at `at`, read from the source if it is there.
fn receiver(at: &Location<'_>) -> Option<String> {
    let text = std::fs::read_to_string(find(at.file())?).ok()?;
    let line = text.lines().nth(at.line() as usize - 1)?;
    let before = line.get(..at.column() as usize - 1)?.trim_end().strip_suffix('.')?;
    let is_part = |c: char| c.is_alphanumeric() || "_.[]".contains(c);
    let start = before.rfind(|c| !is_part(c)).map_or(0, |i| i + 1);
    let name = before[start..].trim_start_matches("self.");
    (!name.is_empty()).then(|| name.to_owned())
}

fn find(file: &str) -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    here.ancestors().map(|folder| folder.join(file)).find(|path| path.is_file())
}

/// `guard.rs:31`, or `check:12` in the check itself. A variant of an exercise, `guard/wrong/relaxed_unlock.rs`, goes by the
/// name of the exercise's file, in whose place it stands.
pub fn place(file: &str, line: u32) -> String {
    let parts: Vec<_> =
        Path::new(file).components().map(|part| part.as_os_str().to_string_lossy()).collect();
    if parts.iter().any(|part| part == "checks") {
        return format!("check:{line}");
    }
    match &parts[..] {
        [.., exercise, kind, _] if kind == "wrong" || kind == "right" => {
            format!("{exercise}.rs:{line}")
        }
        [.., name] => format!("{name}:{line}"),
        [] => format!("?:{line}"),
    }
}

/// As [`place`].
pub fn place_of(at: &Location<'_>) -> String {
    place(at.file(), at.line())
}
