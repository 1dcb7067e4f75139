//! A cell for one waker: a task leaves it there, and whoever has something for the task takes it out and wakes it.
//!
//! The book's page on this exercise: chapter 10, "Somebody to wake".

use std::fmt;
use std::task::Waker;
use sync::atomic::{AtomicU8, Ordering};
use sync::cell::UnsafeCell;

/// Nobody is at the waker.
const WAITING: u8 = 0;
/// Somebody puts a waker in.
const REGISTERING: u8 = 1;
/// Somebody takes the waker out, or came while one was put in.
const WAKING: u8 = 2;

/// A place for the waker of a task that waits for something.
#[derive(Default)]
pub struct WakerCell {
    state: AtomicU8,
    waker: UnsafeCell<Option<Waker>>,
}

// Your turn: `Sync`.

impl WakerCell {
    /// An empty cell.
    pub const fn new() -> Self {
        Self { state: AtomicU8::new(WAITING), waker: UnsafeCell::new(None) }
    }

    /// Leaves a clone of the waker in place of the one that was there. Never waits.
    ///
    /// A task calls this, and *then* checks whether what it waits for has happened. It sees what came before each `wake` that does not
    /// wake this waker. If somebody else is at the cell just now, the waker is woken at once: the task will call this again.
    pub fn register(&self, waker: &Waker) {
        // Your turn. `clone` is somebody else's code, and may panic.
        todo!()
    }

    /// Takes the waker out and wakes it, if there is one. Never waits, and is done with the cell before it wakes.
    ///
    /// Whoever calls this has made happen before what the task waits for.
    pub fn wake(&self) {
        todo!()
    }
}

/// Says that there is a cell. What is in it changes at any moment.
impl fmt::Debug for WakerCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WakerCell").finish_non_exhaustive()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test waker_cell` does.
fn grade() {}
