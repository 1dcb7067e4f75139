//! A cell that is filled once, by whoever comes first; the others wait until it is done.
//!
//! The book's page on this exercise: chapter 10, "Once, and the others wait".

use std::fmt;
use sync::atomic::{AtomicU32, Ordering};
use sync::cell::UnsafeCell;
use sync::futex;

/// A cell that is filled at most once.
pub struct OnceLock<T> {
    /// 0: empty. 1: somebody makes the value. 2: the same, and others may sleep. 3: full. Other states are welcome.
    state: AtomicU32,
    value: UnsafeCell<Option<T>>,
}

// Your turn: `Sync`, for the right values.

impl<T> OnceLock<T> {
    /// An empty cell.
    pub const fn new() -> Self {
        Self { state: AtomicU32::new(0), value: UnsafeCell::new(None) }
    }

    /// The value, if it is there. Never blocks.
    pub fn get(&self) -> Option<&T> {
        todo!()
    }

    /// The value; if there is none, the one that `make` returns. One thread makes it, and the others sleep until it has.
    ///
    /// If `make` panics, so does this call, and the cell is empty again: the next call, or one of those that wait, makes the
    /// value. What a `make` that panicked has done happens before what the next one does. A `make` that fills its own cell
    /// waits for itself for ever.
    pub fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        // Your turn. A value whose `drop` runs while a panic unwinds can do what has to be done then.
        todo!()
    }

    /// Fills the cell, if it is empty. If somebody is about to fill it, this waits.
    ///
    /// # Errors
    ///
    /// The value, if there is another one already.
    pub fn set(&self, value: T) -> Result<(), T> {
        // Your turn. `get_or_init` can do the work.
        todo!()
    }

    /// The value, if it is there: `&mut self` shows that nobody else has the cell.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.value.get_mut().as_mut()
    }

    /// Takes the cell apart.
    pub fn into_inner(self) -> Option<T> {
        self.value.into_inner()
    }
}

impl<T> Default for OnceLock<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows the value, or `<empty>`. Never blocks.
impl<T: fmt::Debug> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_tuple("OnceLock");
        match self.get() {
            Some(value) => shown.field(value),
            None => shown.field(&format_args!("<empty>")),
        };
        shown.finish()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test once_lock` does.
fn grade() {}
