//! A wait with a deadline: it ends when a word has changed, or at a point in time, however often the sleep is interrupted.
//!
//! A system sleeps for a *duration*, and may return early for no reason. Whoever then asks for the same duration again waits too
//! long, and longer each time it happens. So the end is a point in time, worked out once, and each sleep is asked for what
//! is left of it.

use std::time::{Duration, Instant};
use sync::atomic::{AtomicU32, Ordering::Acquire};
use sync::futex;

/// What a timed wait needs of the system. A test brings a clock of its own.
pub trait System {
    /// The time. It never goes back.
    fn now(&self) -> Instant;

    /// Sleeps while `word` is `value`, for `timeout` at most; `None` is without limit. May return at any time for no reason.
    ///
    /// Returns false if the time ran out, by the system's own, perhaps coarse, measure.
    fn wait(&self, word: &AtomicU32, value: u32, timeout: Option<Duration>) -> bool;
}

/// The machine that the program runs on.
#[derive(Clone, Copy, Debug)]
pub struct Machine;

impl System for Machine {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn wait(&self, word: &AtomicU32, value: u32, timeout: Option<Duration>) -> bool {
        match timeout {
            Some(timeout) => futex::wait_timeout(word, value, timeout),
            None => {
                futex::wait(word, value);
                true
            }
        }
    }
}

/// Waits while `word` is `value`, until `deadline` at most; without a deadline, for as long as it takes.
///
/// Returns true if the word has changed, also if it did at the last moment. What happened before the change then happens
/// before the return, if the change was a release. Returns false if the word was `value` when last looked at, and never before
/// the deadline. Makes no call to sleep if the word has changed or the time is over.
pub fn wait_until(
    system: &impl System,
    word: &AtomicU32,
    value: u32,
    deadline: Option<Instant>,
) -> bool {
    loop {
        // Acquire: pairs with the release of whoever has changed the word.
        if word.load(Acquire) != value {
            return true;
        }
        let left = deadline.map(|deadline| deadline.saturating_duration_since(system.now()));
        if left == Some(Duration::ZERO) {
            return false;
        }
        // Why it returns does not matter: the word and the clock say what to do.
        system.wait(word, value, left);
    }
}

/// As [`wait_until`], with the deadline so far from now. A timeout that reaches beyond all points in time is no limit.
pub fn wait_for(system: &impl System, word: &AtomicU32, value: u32, timeout: Duration) -> bool {
    wait_until(system, word, value, system.now().checked_add(timeout))
}
