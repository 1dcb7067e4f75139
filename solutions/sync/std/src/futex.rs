//! Sleeping until a word changes.
//!
//! This is the portable stand-in until the chapter on the operating system: `wait` yields instead of sleeping, which its
//! contract (it may return at any time) allows.

use crate::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

/// Sleeps while `word` is `expected`; may return at any time without a wake-up.
pub fn wait(word: &AtomicU32, expected: u32) {
    // Relaxed: the value only decides whether to yield; callers check the word again with the ordering they need.
    if word.load(Relaxed) == expected {
        std::thread::yield_now();
    }
}

/// As [`wait`], for `timeout` at most. Returns false if the time ran out.
pub fn wait_timeout(word: &AtomicU32, expected: u32, timeout: Duration) -> bool {
    const TURN: Duration = Duration::from_millis(1);
    // Relaxed: as in `wait`.
    if word.load(Relaxed) != expected {
        return true;
    }
    std::thread::sleep(timeout.min(TURN));
    timeout > TURN
}

/// Wakes one thread that sleeps on `word`, if any does.
pub fn wake_one(_word: &AtomicU32) {}

/// Wakes all threads that sleep on `word`.
pub fn wake_all(_word: &AtomicU32) {}
