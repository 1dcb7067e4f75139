//! A gate that is opened once, for everybody: the least that a futex can do.
//!
//! The book's page on this exercise: chapter 8, "Sleep until it changes".

use sync::atomic::{AtomicU32, Ordering};
use sync::futex;

/// Whoever comes must wait.
const CLOSED: u32 = 0;
/// Whoever comes may pass, for ever.
const OPEN: u32 = 1;

/// A gate that is closed at first, and open for all from the first [`open`](Self::open) on.
#[derive(Debug, Default)]
pub struct Gate {
    state: AtomicU32,
}

impl Gate {
    /// A closed gate.
    pub const fn new() -> Self {
        Self { state: AtomicU32::new(CLOSED) }
    }

    /// Opens the gate, and wakes all that wait. Any thread may call this, and more than once.
    pub fn open(&self) {
        // Your turn. Two steps: in which order, and why?
        todo!()
    }

    /// Says whether the gate is open: then all that happened before the `open` that it reads has happened. Never blocks.
    pub fn is_open(&self) -> bool {
        todo!()
    }

    /// Waits until the gate is open.
    ///
    /// Blocks in the operating system; makes no call if the gate is open.
    pub fn wait(&self) {
        // Your turn. `futex::wait(word, value)` sleeps only if the word is `value`, and may return for no reason.
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test futex_wait` does.
fn grade() {}
