//! A cell for one waker: a task leaves it there, and whoever has something for the task takes it out and wakes it.
//!
//! | `state` | who has the waker in the cell |
//! |---|---|
//! | `WAITING` | nobody |
//! | `REGISTERING` | the thread in `register` that has set it |
//! | `WAKING` | the thread in `wake` that has set it |
//! | both | the thread in `register`; it wakes on behalf of `wake`, which has gone |
//!
//! # Invariants
//!
//! 1. The waker is accessed only by the thread that has changed the state from `WAITING`, until that has changed it back. Nobody
//!    waits for it: who comes in between leaves a mark (`wake`), or wakes its own waker (`register`).
//! 2. Nobody else's code runs between these two changes: a waker is cloned before, and dropped or woken after. So a panic in it
//!    leaves the cell as it should be.
//! 3. No wake-up is lost. A waker that `register` has left is woken by the next `wake`, whoever carries it out; one that it could not
//!    leave is woken at once.
//! 4. Whoever has registered sees what came before each `wake` that found no waker, or another one. All changes of the state are
//!    read-modify-writes, so each of them carries on what was released by those before.

use std::fmt;
use std::task::Waker;
use sync::atomic::{
    AtomicU8,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;

/// Nobody is at the waker.
const WAITING: u8 = 0;
/// Somebody puts a waker in.
const REGISTERING: u8 = 1;
/// Somebody takes the waker out, or came while one was put in.
const WAKING: u8 = 2;

/// A place for the waker of a task that waits for something.
///
/// The protocol is that of `AtomicWaker` in the crate `futures`.
#[derive(Default)]
pub struct WakerCell {
    state: AtomicU8,
    waker: UnsafeCell<Option<Waker>>,
}

// SAFETY: one thread at a time accesses the waker (invariant 1). A `Waker` is `Send`.
unsafe impl Sync for WakerCell {}

impl WakerCell {
    /// An empty cell.
    pub const fn new() -> Self {
        Self { state: AtomicU8::new(WAITING), waker: UnsafeCell::new(None) }
    }

    /// Leaves a clone of the waker in place of the one that was there. Never waits.
    ///
    /// A task calls this, and *then* checks whether what it waits for has happened. It sees what came before each `wake` that does not
    /// wake this waker. If somebody else is at the cell just now, the waker is woken at once: the task will call this again.
    #[inline]
    pub fn register(&self, waker: &Waker) {
        let waker = waker.clone();
        // Acquire: pairs with the Release in `wake`, and in `register`. What came before a `wake` that found nothing to wake
        // happens before what follows, and the last access to the waker before ours.
        // Relaxed: on failure nothing is accessed, and the task comes again.
        if self.state.compare_exchange(WAITING, REGISTERING, Acquire, Relaxed).is_err() {
            return waker.wake();
        }
        // SAFETY: we have changed the state (invariant 1).
        let old = unsafe { (*self.waker.get()).replace(waker) };
        // Release: pairs with the Acquire in `wake`; the waker is there.
        // Relaxed: on failure the state is ours still, with a mark.
        if self.state.compare_exchange(REGISTERING, WAITING, Release, Relaxed).is_err() {
            self.wake_for_others();
        }
        drop(old);
    }

    /// Wakes the waker that `register` has just left: somebody has called `wake` meanwhile.
    #[cold]
    fn wake_for_others(&self) {
        // SAFETY: the state is ours still (invariant 1).
        let waker = unsafe { (*self.waker.get()).take() };
        // Release: pairs with the Acquire of whoever accesses the waker next. A read-modify-write, for it carries on the
        // Release of `wake` (invariant 4): the task reads it when it registers again.
        self.state.swap(WAITING, Release);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Takes the waker out and wakes it, if there is one. Never waits.
    ///
    /// Whoever calls this has made happen before what the task waits for.
    #[inline]
    pub fn wake(&self) {
        // Acquire: pairs with the Release in `register`; we take the waker.
        // Release: pairs with the Acquire in `register`; the task sees what we have done.
        if self.state.fetch_or(WAKING, AcqRel) != WAITING {
            // Whoever is there wakes: the thread in `register` for us, or another one in `wake` has the waker already.
            return;
        }
        // SAFETY: we have changed the state (invariant 1).
        let waker = unsafe { (*self.waker.get()).take() };
        // Release: pairs with the Acquire in `register`, which accesses the waker next. A read-modify-write, for it carries on
        // the Release of a `wake` that came meanwhile (invariant 4).
        self.state.swap(WAITING, Release);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// Says that there is a cell. What is in it changes at any moment.
impl fmt::Debug for WakerCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WakerCell").finish_non_exhaustive()
    }
}
