//! A failure in words and as a timeline: one column for each thread.

use crate::clock::MAX_THREADS;
use crate::exec::{self, Event, Exec, Kind, acquires, releases};
use std::fmt::Write as _;
use std::panic::Location;
use std::path::{Path, PathBuf};

/// Why an execution failed.
#[derive(Debug)]
pub struct Failure {
    headline: String,
    /// Two accesses that nothing orders.
    race: Option<(usize, usize)>,
}

impl Failure {
    /// A data race between the events `first` and `second`.
    pub fn race(first: usize, second: usize) -> Self {
        let headline = format!("data race: nothing orders #{first} before #{second}");
        Self { headline, race: Some((first, second)) }
    }

    /// All threads spin.
    pub fn livelock() -> Self {
        Self {
            headline:
                "livelock: every thread that still runs spins, and nothing can change what it reads"
                    .into(),
            race: None,
        }
    }

    /// A panic, of the code under test or of the engine.
    pub fn panic(message: &str, at: Option<&Location<'_>>) -> Self {
        let headline = if message.starts_with("deadlock;") {
            "DEADLOCK: every thread is asleep or waits for one that is".into()
        } else if message.contains("maximum number of branches") {
            "not decided: the execution does not end. A loop that waits needs `hint::spin_loop()`"
                .into()
        } else if message.starts_with("not yet implemented") {
            message.to_owned()
        } else {
            let place = at.map(|at| format!(" at {}:{}", at.file(), at.line()));
            let what =
                if message.starts_with("assertion") { "assertion failed" } else { "panicked" };
            format!("{what}{}: {message}", place.unwrap_or_default())
        };
        Self { headline, race: None }
    }
}

/// Prints the report and ends the process, before any unwinding can run the code under test again.
pub fn fail(failure: &Failure) -> ! {
    match exec::with(|exec| render(exec, failure)) {
        Some(report) => eprintln!("{report}"),
        None => eprintln!("{}", failure.headline),
    }
    std::process::exit(101)
}

/// As [`fail`], for a caller that has the execution.
pub fn fail_in(exec: &Exec, failure: &Failure) -> ! {
    eprintln!("{}", render(exec, failure));
    std::process::exit(101)
}

fn render(exec: &Exec, failure: &Failure) -> String {
    let mut out = failure.headline.clone() + "\n\n";
    table(&mut out, exec);
    if let Some((first, second)) = failure.race {
        explain(&mut out, &exec.events, &exec.objects, first, second);
    }
    out
}

/// The table of events. Turns of a loop that see the same again are folded.
fn table(out: &mut String, exec: &Exec) {
    let cells: Vec<String> = exec.events.iter().map(describe).collect();
    let mut widths = [0; MAX_THREADS];
    for (thread, width) in widths.iter_mut().enumerate().take(exec.started) {
        let title = heading(thread);
        let longest = exec.events.iter().zip(&cells).filter(|(e, _)| e.thread == thread);
        let longest = longest.map(|(_, cell)| cell.chars().count()).max().unwrap_or(0);
        *width = longest.max(title.chars().count());
    }
    let place = |event: &Event| {
        let file = Path::new(event.at.file()).file_name().unwrap_or_default();
        format!("{}:{}", file.to_string_lossy(), event.at.line())
    };
    let places: Vec<String> = exec.events.iter().map(place).collect();
    let wide = places.iter().map(String::len).max().unwrap_or(5).max(5);
    let mut line = |number: &str, at: &str, column: Option<(usize, &str)>| {
        let _ = write!(out, "  {number:>3}  {at:<wide$}");
        for (thread, width) in widths.iter().enumerate().take(exec.started) {
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
    for (index, event) in exec.events.iter().enumerate() {
        let same = |a: usize| cells[a] == cells[index] && exec.events[a].thread == event.thread;
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

fn describe(event: &Event) -> String {
    let mut text = event.text.clone();
    if let Kind::Atomic { stale, .. } = event.kind {
        if let Some(receiver) = receiver(event.at) {
            text = format!("{receiver}.{text}");
        }
        if let Some(result) = &event.result {
            let _ = write!(text, " → {result}");
        }
        if stale {
            text += "  (stale)";
        }
    }
    text
}

/// What stands before the dot of the method call at `at`, read from the source if it is there.
fn receiver(at: &Location<'_>) -> Option<String> {
    let text = std::fs::read_to_string(find(at.file())?).ok()?;
    let line = text.lines().nth(at.line() as usize - 1)?;
    let before = line.get(..at.column() as usize - 1)?.trim_end().strip_suffix('.')?;
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let start = before.rfind(|c| !is_part(c)).map_or(0, |i| i + 1);
    let name = before[start..].trim_start_matches("self.");
    (!name.is_empty()).then(|| name.to_owned())
}

fn find(file: &str) -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    here.ancestors().map(|folder| folder.join(file)).find(|path| path.is_file())
}

/// Says which pair of operations could have ordered the two accesses, and why it did not.
fn explain(
    out: &mut String,
    events: &[Event],
    objects: &[exec::Object],
    first: usize,
    second: usize,
) {
    let (a, b) = (&events[first], &events[second]);
    let _ = writeln!(
        out,
        "\n  #{first} (thread {}) and #{second} (thread {}) touch the same data, at least one writes, and neither happens \
         before the other.",
        a.thread, b.thread
    );
    let mut found = false;
    for (r, reader) in events.iter().enumerate().take(second).filter(|(_, e)| e.thread == b.thread)
    {
        let Kind::Atomic { object, read: Some(read), order: load_order, .. } = reader.kind else {
            continue;
        };
        let Some(w) = objects[object].writes[read].event else { continue };
        let Kind::Atomic { order: store_order, .. } = events[w].kind else { continue };
        if events[w].thread != a.thread || w < first {
            continue;
        }
        found = true;
        let _ = writeln!(
            out,
            "  #{r} reads what #{w} stored. That would order them if the store were at least Release (it is \
             {store_order:?}) and the load at least Acquire (it is {load_order:?})."
        );
        if !releases(store_order) {
            let _ = writeln!(
                out,
                "  The store at {}:{} publishes nothing, so whoever reads it learns nothing about #{first}.",
                events[w].at.file(),
                events[w].at.line()
            );
        }
        if !acquires(load_order) {
            let _ = writeln!(
                out,
                "  The load at {}:{} takes the value but not what was published with it.",
                reader.at.file(),
                reader.at.line()
            );
        }
    }
    if !found {
        let _ = writeln!(
            out,
            "  Thread {} reads nothing that thread {} wrote after #{first}, so no ordering could help: nothing keeps the \
             two apart.",
            b.thread, a.thread
        );
    }
}
