//! What the judge does just now, in a line that it writes over: on a terminal only.

use std::io::{IsTerminal, Write, stderr};
use std::sync::Mutex;

/// A line that changes.
#[derive(Debug)]
pub struct Progress {
    shown: Option<Mutex<Shown>>,
}

#[derive(Debug, Default)]
struct Shown {
    what: String,
    /// There is something on the line.
    written: bool,
}

/// The widest line.
const WIDTH: usize = 79;

impl Progress {
    /// Shows nothing.
    pub const fn none() -> Self {
        Self { shown: None }
    }

    /// Shows it on the standard error, if that is a terminal.
    pub fn on_terminal() -> Self {
        Self { shown: stderr().is_terminal().then(Mutex::default) }
    }

    /// Says what is done now: `checking guard 7/13`.
    pub fn set(&self, what: String) {
        self.change(|shown| {
            shown.what = what;
            shown.draw(&shown.what.clone());
        });
    }

    /// Says how many executions of it have begun.
    pub fn executions(&self, executions: u64) {
        self.change(|shown| {
            let line = format!("{} · {} executions", shown.what, grouped(executions));
            shown.draw(&line);
        });
    }

    /// Takes the line away, so that something else can be printed.
    pub fn clear(&self) {
        self.change(|shown| {
            if std::mem::take(&mut shown.written) {
                let _ = write!(stderr(), "\r\x1b[K");
            }
        });
    }

    fn change(&self, change: impl FnOnce(&mut Shown)) {
        if let Some(shown) = &self.shown {
            change(&mut shown.lock().expect("nobody panics with this lock"));
        }
    }
}

impl Shown {
    fn draw(&mut self, line: &str) {
        let line: String = line.chars().take(WIDTH).collect();
        let _ = write!(stderr(), "\r\x1b[K{line}");
        let _ = stderr().flush();
        self.written = true;
    }
}

/// `12,400`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(
            [0, 999, 1_000, 12_400, 1_234_567].map(grouped),
            ["0", "999", "1,000", "12,400", "1,234,567"]
        );
    }
}
