//! The child's side.

use crate::{Message, stdout};
use std::fs::File;
use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// The way to the judge.
pub(crate) struct Line {
    nonce: String,
    /// Executions that a model may begin.
    executions: u64,
    pub(crate) pipe: Mutex<File>,
}

impl Line {
    /// The message as this process says it. The number is asked for each time: code under test may have split the process in two.
    pub(crate) fn of(&self, message: &Message) -> String {
        format!("\n{} {} {}\n", self.nonce, std::process::id(), message.encode())
    }
}

static LINE: OnceLock<Line> = OnceLock::new();

/// Executions and rounds that have begun.
static TICKS: AtomicU64 = AtomicU64::new(0);

/// Opens the way to the judge, once. What is printed afterwards goes to the standard error.
///
/// # Panics
///
/// Panics if it is open already, or if the standard output cannot be had.
pub fn open(nonce: String, executions: u64) {
    let pipe = stdout::take().expect("a standard output");
    let line = Line { nonce, executions, pipe: Mutex::new(pipe) };
    assert!(LINE.set(line).is_ok(), "the way to the judge is opened once");
}

/// The way to the judge, if it is open.
#[cfg(unix)]
pub(crate) fn line() -> Option<&'static Line> {
    LINE.get()
}

/// Is this process a child of the judge?
pub fn is_open() -> bool {
    LINE.get().is_some()
}

/// How many executions a model may begin, if the judge has said so.
pub fn budget() -> Option<u64> {
    LINE.get().map(|line| line.executions)
}

/// Says it to the judge. Returns `false` if there is none, or if it does not listen any more.
pub fn say(message: &Message) -> bool {
    let Some(line) = LINE.get() else { return false };
    let text = line.of(message);
    let mut pipe = line.pipe.lock().unwrap_or_else(PoisonError::into_inner);
    pipe.write_all(text.as_bytes()).is_ok()
}

/// An execution of a model begins, or a round with real threads.
pub fn tick() {
    // Relaxed: a number to look at; nothing is published with it.
    TICKS.fetch_add(1, Ordering::Relaxed);
}

/// Says, once, that so many executions have passed that nobody needs to wait for the rest of this check where something else fails. When
/// that is said must be a matter of numbers.
pub fn has_come_far() {
    static TOLD: AtomicBool = AtomicBool::new(false);
    // Relaxed: as in `tick`.
    if !TOLD.swap(true, Ordering::Relaxed) {
        say(&Message::Far);
    }
}

/// How many there may be; 0 if nobody knows.
static EXPECTED: AtomicU64 = AtomicU64::new(0);

/// Of executions and rounds there may be about so many; 0: nobody knows.
pub fn expect(about: u64) {
    // Relaxed: as in `tick`.
    EXPECTED.store(two_digits(about), Ordering::Relaxed);
}

/// As much of an estimate as is worth telling: 39,871 is 40,000.
pub fn two_digits(number: u64) -> u64 {
    let unit = 10_u64.pow(number.checked_ilog10().unwrap_or(0).saturating_sub(1));
    number.saturating_add(unit / 2) / unit * unit
}

/// About how many there may be, if that is known, and is more than have begun.
pub fn expected() -> Option<u64> {
    // Relaxed: as in `tick`.
    Some(EXPECTED.load(Ordering::Relaxed)).filter(|&about| about > ticks())
}

/// How many have begun.
pub fn ticks() -> u64 {
    // Relaxed: as in `tick`.
    TICKS.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::two_digits;

    #[test]
    fn an_estimate_is_told_with_two_digits() {
        let told = [0, 7, 94, 95, 994, 996, 39_871].map(two_digits);
        assert_eq!(told, [0, 7, 94, 95, 990, 1_000, 40_000]);
        assert_eq!(two_digits(u64::MAX) / 10_u64.pow(18), 18);
    }
}
