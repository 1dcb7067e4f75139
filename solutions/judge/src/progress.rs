//! What the judge does just now: for a reader, in a line that it writes over, on a terminal only; for a program, a line of JSON for
//! each step.

use crate::lines::shortened;
use crate::report::{CheckEntry, Entry};
use crate::verdict::{Outcome, Verdict};
use catalog::grouped;
use serde::Serialize;
use std::io::{IsTerminal, Write, stderr, stdout};
use std::sync::Mutex;

/// Who is told.
#[derive(Debug)]
pub enum Progress {
    /// Nobody.
    None,
    /// A reader, at a terminal.
    Line(Mutex<Line>),
    /// A program, on the standard output.
    Events,
}

/// The line that is written over.
#[derive(Debug, Default)]
pub struct Line {
    what: String,
    /// There is something on the line.
    written: bool,
    /// The files of which a failure stands above it.
    failed: Vec<String>,
}

/// A step of the judge, as a program is told of it. The page on the report documents it.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Step<'a> {
    /// Files are compiled.
    Compiling {
        /// Those of these exercises.
        files: Vec<&'a str>,
    },
    /// A check begins.
    Checking {
        /// The exercise's file.
        file: &'a str,
        /// The check.
        check: &'a str,
        /// How many begin before it.
        before: usize,
        /// How many there are.
        of: usize,
    },
    /// A check goes on.
    Executions {
        /// The check.
        check: &'a str,
        /// Executions that it has begun.
        executions: u64,
        /// About how many it will have begun in the end, if that is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        about: Option<u64>,
        /// And how much processor time that takes from now on, in milliseconds.
        #[serde(skip_serializing_if = "Option::is_none")]
        left_ms: Option<u64>,
    },
    /// A check has ended.
    Checked {
        /// The exercise's file.
        file: &'a str,
        /// As the board shows it.
        title: String,
        /// How it ended.
        outcome: Outcome,
        /// What it says, as it will be in the report, if it has failed: nobody has to wait for the other checks.
        #[serde(skip_serializing_if = "Option::is_none")]
        failure: Option<CheckEntry<'a>>,
    },
    /// Nothing is remembered of this exercise, and nothing was run.
    Unknown {
        /// The exercise.
        id: &'a str,
    },
    /// The verdict on an exercise.
    Judged {
        /// As it is in the report.
        exercise: Entry<'a>,
    },
}

impl<'a> Step<'a> {
    /// A check has ended so.
    pub fn checked(file: &'a str, verdict: &'a Verdict) -> Self {
        let outcome = verdict.outcome;
        let is_failure = matches!(outcome, Outcome::Failed | Outcome::Endless);
        let failure = is_failure.then(|| CheckEntry::new(verdict));
        Self::Checked { file, title: verdict.title(), outcome, failure }
    }
}

/// The widest line.
const WIDTH: usize = 79;

impl Progress {
    /// Shows it on the standard error, if that is a terminal.
    pub fn on_terminal() -> Self {
        if stderr().is_terminal() { Self::Line(Mutex::default()) } else { Self::None }
    }

    /// Says what is done now.
    pub fn step(&self, step: &Step<'_>) {
        match self {
            Self::None => {}
            Self::Line(line) => line.lock().expect("nobody panics with this lock").step(step),
            Self::Events => {
                let text = serde_json::to_string(step).expect("text and numbers");
                let mut out = stdout().lock();
                // Who no longer listens needs nothing.
                let _ = writeln!(out, "{text}").and_then(|()| out.flush());
            }
        }
    }

    /// Says to a reader what is done now, where no program asks: `weakening guard 2/7`.
    pub fn note(&self, what: String) {
        if let Self::Line(line) = self {
            line.lock().expect("nobody panics with this lock").begin(what);
        }
    }

    /// Takes the line away, so that something else can be printed.
    pub fn clear(&self) {
        if let Self::Line(line) = self {
            line.lock().expect("nobody panics with this lock").clear();
        }
    }
}

impl Line {
    fn step(&mut self, step: &Step<'_>) {
        match step {
            Step::Compiling { files } => self.begin(format!("compiling {}", files.join(", "))),
            Step::Checking { file, before, of, .. } => {
                self.begin(format!("checking {file} {}/{of}", before + 1));
            }
            Step::Executions { executions, about, left_ms, .. } => {
                let far = how_far(*executions, *about, *left_ms);
                self.draw(&format!("{} · {far}", self.what));
            }
            Step::Checked { file, failure: Some(failure), .. } => self.fail(file, failure),
            Step::Checked { .. } | Step::Unknown { .. } | Step::Judged { .. } => {}
        }
    }

    fn begin(&mut self, what: String) {
        self.draw(&what);
        self.what = what;
    }

    fn draw(&mut self, line: &str) {
        let line: String = line.chars().take(WIDTH).collect();
        let _ = write!(stderr(), "\r\x1b[K{line}");
        let _ = stderr().flush();
        self.written = true;
    }

    /// The first failure of a file stands above the line until the board takes its place.
    fn fail(&mut self, file: &str, failure: &CheckEntry<'_>) {
        if self.failed.iter().any(|failed| failed == file) {
            return;
        }
        self.failed.push(file.to_owned());
        let [check, words] = failure.in_two_lines(file).map(|line| shortened(&line, WIDTH));
        let _ = write!(stderr(), "\r\x1b[K{check}\n\x1b[K{words}\n");
        let what = std::mem::take(&mut self.what);
        self.begin(what);
    }

    fn clear(&mut self) {
        if std::mem::take(&mut self.written) {
            let lines = 2 * std::mem::take(&mut self.failed).len();
            let _ = write!(stderr(), "\r\x1b[K{}", "\x1b[1A\x1b[K".repeat(lines));
        }
    }
}

/// `12,400 of about 40,000 executions, 3 s left`.
fn how_far(executions: u64, about: Option<u64>, left_ms: Option<u64>) -> String {
    let Some(all) = about else { return counted(executions, "execution") };
    let left = match left_ms {
        Some(left @ 1_000..) => format!(", {} left", time(left / 1_000)),
        _ => String::new(),
    };
    format!("{} of about {}{left}", grouped(executions), counted(all, "execution"))
}

/// `3 s`, `2 min`, `5 h`.
fn time(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        _ => format!("{} h", grouped(seconds / 3_600)),
    }
}

/// `1 check`, `1,705 executions`.
pub fn counted(number: u64, name: &str) -> String {
    format!("{} {name}{}", grouped(number), if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::{grouped, how_far};

    #[test]
    fn what_is_left_is_said_as_exactly_as_it_is_known() {
        assert_eq!(how_far(1, None, None), "1 execution");
        assert_eq!(how_far(12_400, None, None), "12,400 executions");
        assert_eq!(
            how_far(12_400, Some(40_000), Some(3_210)),
            "12,400 of about 40,000 executions, 3 s left"
        );
        assert_eq!(how_far(1, Some(9), Some(999)), "1 of about 9 executions");
        let long = how_far(1_000, Some(9_000_000), Some(40_000_000));
        assert_eq!(long, "1,000 of about 9,000,000 executions, 11 h left");
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(
            [0, 999, 1_000, 12_400, 1_234_567].map(grouped),
            ["0", "999", "1,000", "12,400", "1,234,567"]
        );
    }
}
