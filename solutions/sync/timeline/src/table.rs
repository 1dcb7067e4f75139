//! The timeline: a column for each thread.

use crate::fold::{self, Row};
use crate::{Cause, Execution, Kind, Place, Step, locks, source};
use std::fmt::Write as _;
use std::path::Path;

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
    let mut rows = fold::fold(&execution.steps, &cells);
    // The explanation of a race speaks of any row. But who reads a thousand?
    let is_race = matches!(execution.cause, Cause::Race(..));
    fold::cut(&mut rows, if is_race { fold::MANY } else { fold::MOST });
    let gap = |row: &Row| if let Row::Gap(steps) = row { left_out(*steps).len() } else { 0 };
    let widest_gap = rows.iter().map(gap).max().unwrap_or(0);
    let wide = places.iter().map(String::len).max().unwrap_or(5).max(5).max(widest_gap);
    let mut line = |number: &str, at: &str, column: Option<(usize, &str)>| {
        let _ = write!(out, "  {number:>3}  {at:<wide$}");
        for (thread, width) in widths.iter().enumerate() {
            let text = match column {
                None if number == "#" => heading(thread),
                Some((owner, text)) if owner == thread => text.to_owned(),
                _ => String::new(),
            };
            let _ = write!(out, " │ {text:<width$}");
        }
        while out.ends_with(' ') {
            out.pop();
        }
        out.push('\n');
    };
    line("#", "where", None);
    for row in rows {
        match row {
            Row::Step(step) => {
                let owner = execution.steps[step].thread;
                line(&step.to_string(), &places[step], Some((owner, &cells[step])));
            }
            Row::Turns { thread, more } => {
                let turns = if more == 1 { "turn" } else { "turns" };
                line("⋮", "", Some((thread, &format!("({more} more {turns})"))));
            }
            Row::Gap(steps) => line("⋮", &left_out(steps), None),
        }
    }
}

fn left_out(steps: usize) -> String {
    format!("({steps} left out)")
}

fn heading(thread: usize) -> String {
    if thread == 0 { "thread 0 (main)".into() } else { format!("thread {thread}") }
}

/// The operation in a cell of the table.
pub fn describe(step: &Step) -> String {
    let mut text = step.text.clone();
    if source::is_on_argument(step) {
        if let Some((variable, (name, rest))) = source::variable(step).zip(text.split_once('(')) {
            let comma = if rest.starts_with(')') { "" } else { ", " };
            text = format!("{name}({variable}{comma}{rest}");
        }
    } else if matches!(step.kind, Kind::Atomic { .. })
        && let Some(receiver) = source::variable(step)
    {
        text = format!("{receiver}.{text}");
    } else if let (true, Some(name)) = (locks::is_on_lock(step), &step.name) {
        text = format!("{name}.{text}");
    } else if let (Kind::Other, Some(name)) = (step.kind, &step.name) {
        // `read`, `write (atomic)`
        let end = text.find(' ').unwrap_or(text.len());
        text.insert_str(end, &format!(" {name}"));
    }
    if let Some(result) = &step.result {
        let _ = write!(text, " → {result}");
    }
    if step.stale {
        text += "  (stale)";
    }
    if step.overtaken {
        text += "  (already replaced)";
    }
    text
}

/// `guard.rs:31`, or `check:12` in the check itself, or `check` in what runs it, or `std`. A variant of an exercise, `guard/wrong/relaxed_unlock.rs`, goes by the
/// name of the exercise's file, in whose place it stands.
///
/// Where a compiler has made one piece of code of several lines, it names none: `guard.rs:?`.
pub fn place(file: &str, line: u32) -> String {
    if file == "?" {
        return "?".to_owned();
    }
    let line = if line == 0 { "?".to_owned() } else { line.to_string() };
    let parts: Vec<_> =
        Path::new(file).components().map(|part| part.as_os_str().to_string_lossy()).collect();
    if parts.iter().any(|part| part == "checks") {
        return format!("check:{line}");
    }
    // The program of a check that was counted out has no line: it stands above the timeline.
    // Nor has the crate that runs threads as coroutines: what a thread still has at its end is dropped there.
    if parts.windows(2).any(|pair| pair == ["clients", "src"] || pair[0].starts_with("corosensei"))
    {
        return "check".into();
    }
    // Whoever hands one of our functions to std by its name, as in `map(thread::spawn)`, lets std call it.
    if parts
        .windows(2)
        .any(|pair| pair[0] == "library" && ["core", "alloc", "std"].contains(&&*pair[1]))
    {
        return "std".into();
    }
    match &parts[..] {
        [.., exercise, kind, _] if kind == "wrong" || kind == "right" => {
            format!("{exercise}.rs:{line}")
        }
        [.., name] => format!("{name}:{line}"),
        [] => "?".to_owned(),
    }
}

/// As [`place`].
pub fn place_of<'a>(at: impl Into<Place<'a>>) -> String {
    let at = at.into();
    place(at.file, at.line)
}
