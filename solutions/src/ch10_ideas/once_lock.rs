//! A cell that is filled once, by whoever comes first; the others wait until it is done.
//!
//! | `state` | value | may have sleepers | who changes it |
//! |---|---|---|---|
//! | `EMPTY` | none | no | a thread that begins to make the value |
//! | `RUNNING` | is being made | no | its maker, or a thread that is about to sleep |
//! | `AWAITED` | is being made | yes | its maker |
//! | `FULL` | there | no | nobody any more |
//!
//! # Invariants
//!
//! 1. At most one thread makes a value at a time: the one that has replaced `EMPTY` by `RUNNING`. Only it writes the value,
//!    and only it ends `RUNNING` or `AWAITED`.
//! 2. `FULL` is written after the value, once, and never replaced. From then on the value is only read, until the cell is
//!    dropped or taken apart.
//! 3. A thread sleeps only while the state is `AWAITED`. Whoever replaces that wakes all, whether there is a value or not.

use std::fmt;
use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;
use sync::futex;

/// There is no value, and nobody makes one.
const EMPTY: u32 = 0;
/// Somebody makes the value.
const RUNNING: u32 = 1;
/// Somebody makes the value, and others may sleep until it is there.
const AWAITED: u32 = 2;
/// The value is there.
const FULL: u32 = 3;

/// A cell that is filled at most once.
///
/// The interface is that of std's `OnceLock`, and its insides are those of std's `Once` on a futex, without poisoning.
pub struct OnceLock<T> {
    state: AtomicU32,
    value: UnsafeCell<Option<T>>,
}

// SAFETY: all threads may read the value at once, which takes `T: Sync`. One thread may make it and another take or drop it,
// which takes `T: Send`. Accesses are kept apart by invariants 1 and 2.
unsafe impl<T: Send + Sync> Sync for OnceLock<T> {}

impl<T> OnceLock<T> {
    /// An empty cell.
    pub const fn new() -> Self {
        Self { state: AtomicU32::new(EMPTY), value: UnsafeCell::new(None) }
    }

    /// The value, if it is there. Never blocks.
    #[inline]
    pub fn get(&self) -> Option<&T> {
        // Acquire: pairs with the Release in `finish`, so that we see the value.
        if self.state.load(Acquire) != FULL {
            return None;
        }
        // SAFETY: nobody writes the value any more (invariant 2), and its making happens before.
        unsafe { &*self.value.get() }.as_ref()
    }

    /// The value; if there is none, the one that `make` returns. One thread makes it, and the others sleep until it has.
    ///
    /// If `make` panics, so does this call, and the cell is empty again: the next call, or one of those that wait, makes the
    /// value. What a `make` that panicked has done happens before what the next one does. A `make` that fills its own cell
    /// waits for itself for ever.
    #[inline]
    pub fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        if let Some(value) = self.get() {
            return value;
        }
        self.initialize(make);
        self.get().expect("the cell is full")
    }

    /// Fills the cell, if it is empty. If somebody is about to fill it, this waits.
    ///
    /// # Errors
    ///
    /// The value, if there is another one already.
    pub fn set(&self, value: T) -> Result<(), T> {
        let mut value = Some(value);
        self.get_or_init(|| value.take().expect("a value is made once"));
        value.map_or(Ok(()), Err)
    }

    /// Returns when the cell is full: filled by this thread, or by another one.
    #[cold]
    fn initialize(&self, make: impl FnOnce() -> T) {
        // Relaxed: what follows acquires if there is something to acquire.
        let mut state = self.state.load(Relaxed);
        loop {
            state = match state {
                FULL => return,
                // Acquire: pairs with the Release in `finish`, if a `make` before us has panicked.
                // Relaxed: a failure only looks again.
                EMPTY => match self.state.compare_exchange(EMPTY, RUNNING, Acquire, Relaxed) {
                    Ok(_) => return self.run(make),
                    Err(now) => now,
                },
                // Relaxed: it says that somebody sleeps, and hands nothing over.
                RUNNING => match self.state.compare_exchange(RUNNING, AWAITED, Relaxed, Relaxed) {
                    Ok(_) => AWAITED,
                    Err(now) => now,
                },
                _ => {
                    // Does not sleep if the state has changed; may return for no reason.
                    futex::wait(&self.state, AWAITED);
                    // Relaxed: as above.
                    self.state.load(Relaxed)
                }
            };
        }
    }

    /// Makes the value. The state is `RUNNING`, by this thread.
    fn run(&self, make: impl FnOnce() -> T) {
        /// Leaves the cell empty if `make` panics.
        struct Empties<'a, T>(&'a OnceLock<T>);

        impl<T> Drop for Empties<'_, T> {
            fn drop(&mut self) {
                self.0.finish(EMPTY);
            }
        }

        let unwinding = Empties(self);
        let value = make();
        std::mem::forget(unwinding);
        // SAFETY: only this thread has access, as long as the state is not `FULL` (invariants 1 and 2).
        unsafe { *self.value.get() = Some(value) };
        self.finish(FULL);
    }

    /// Ends the making of the value, and wakes those that wait for it.
    fn finish(&self, state: u32) {
        // Release: pairs with the Acquire in `get`, and in `initialize` of a thread that makes a value after a panic.
        if self.state.swap(state, Release) == AWAITED {
            futex::wake_all(&self.state);
        }
    }

    /// The value, if it is there: `&mut self` shows that nobody else has the cell.
    #[inline]
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.value.get_mut().as_mut()
    }

    /// Takes the cell apart.
    #[inline]
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
