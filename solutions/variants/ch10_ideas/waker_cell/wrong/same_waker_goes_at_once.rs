//! A waker that would wake the same task is not put in again, and a `wake` that comes meanwhile is wiped out.
//!
//! Rejected by: wake_beside_the_same_waker_again_is_not_lost
//! Because: and that `wake` did not wake it

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

// SAFETY: the state says who has the waker, which may go anywhere.
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
    pub fn register(&self, waker: &Waker) {
        // Your turn. `clone` is somebody else's code, and may panic.
        let new = waker.clone();
        if self
            .state
            .compare_exchange(WAITING, REGISTERING, Ordering::Acquire, Ordering::Acquire)
            .is_err()
        {
            new.wake();
            return;
        }
        // SAFETY: whoever has set REGISTERING has the waker.
        if unsafe { &*self.waker.get() }.as_ref().is_some_and(|old| old.will_wake(&new)) {
            self.state.store(WAITING, Ordering::Release);
            return;
        }
        // SAFETY: whoever has set REGISTERING has the waker.
        let old = unsafe { (*self.waker.get()).replace(new) };
        if self
            .state
            .compare_exchange(REGISTERING, WAITING, Ordering::AcqRel, Ordering::Acquire)
            .is_err()
        {
            // SAFETY: it is still ours; a `wake` has only left its mark.
            let new = unsafe { (*self.waker.get()).take() };
            self.state.swap(WAITING, Ordering::AcqRel);
            if let Some(new) = new {
                new.wake();
            }
        }
        drop(old);
    }

    /// Takes the waker out and wakes it, if there is one. Never waits, and is done with the cell before it wakes.
    ///
    /// Whoever calls this has made happen before what the task waits for.
    pub fn wake(&self) {
        if self.state.fetch_or(WAKING, Ordering::AcqRel) == WAITING {
            // SAFETY: whoever has set WAKING first has the waker.
            let waker = unsafe { (*self.waker.get()).take() };
            self.state.fetch_and(!WAKING, Ordering::Release);
            if let Some(waker) = waker {
                waker.wake();
            }
        }
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
