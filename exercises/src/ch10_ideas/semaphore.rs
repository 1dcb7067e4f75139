//! A semaphore: a number of permits, given out in the order in which threads came, until it is closed.
//!
//! The book's page on this exercise: chapter 10, "So many at a time".

use sync::atomic::{AtomicU32, Ordering};
use sync::futex;

/// One ticket, or one permit. Bit 0 is left for `CLOSED`.
const ONE: u32 = 2;
/// In `served`: no more permits are given out.
const CLOSED: u32 = 1;

/// Permits for a limited number of threads at a time, first come, first served.
#[derive(Debug)]
pub struct Semaphore {
    /// How many tickets have been drawn so far, times `ONE`. The number wraps.
    next: AtomicU32,
    /// How many permits have been given out so far, times `ONE`, and `CLOSED`. The number wraps.
    served: AtomicU32,
}

/// The semaphore is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

/// Why there was no permit at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryAcquireError {
    /// All permits are out, or there are others who wait.
    NoPermits,
    /// The semaphore is closed.
    Closed,
}

impl Semaphore {
    /// How many permits there can be.
    pub const MAX_PERMITS: u32 = u32::MAX >> 3;

    /// A semaphore with this many permits.
    ///
    /// # Panics
    ///
    /// If there are more than [`MAX_PERMITS`](Self::MAX_PERMITS).
    pub const fn new(permits: u32) -> Self {
        Self::with_first_ticket(permits, 0)
    }

    /// As [`new`](Self::new), as if `first` permits had been given out and back before, of 2³¹.
    ///
    /// # Panics
    ///
    /// As `new`.
    pub const fn with_first_ticket(permits: u32, first: u32) -> Self {
        assert!(permits <= Self::MAX_PERMITS, "a semaphore has at most `MAX_PERMITS` permits");
        let first = first.wrapping_mul(ONE);
        let served = first.wrapping_add(permits * ONE);
        Self { next: AtomicU32::new(first), served: AtomicU32::new(served) }
    }

    /// Waits for a permit. Threads get theirs in the order in which they came. Blocks by sleeping.
    ///
    /// # Errors
    ///
    /// If the semaphore is closed, before or while this waits.
    pub fn acquire(&self) -> Result<Permit<'_>, Closed> {
        todo!()
    }

    /// A permit, if there is one and nobody waits for it. Never blocks.
    ///
    /// # Errors
    ///
    /// Says why not. "None" must have been true at some moment of the call.
    pub fn try_acquire(&self) -> Result<Permit<'_>, TryAcquireError> {
        todo!()
    }

    /// Closes the semaphore: no permit is given out any more, and those who wait are told. Permits that are out stay valid.
    ///
    /// What came before happens before what follows a call that says `Closed`.
    pub fn close(&self) {
        todo!()
    }
}

/// A permit. It is given back when it is dropped. One that is forgotten (`mem::forget`) is lost.
#[derive(Debug)]
#[must_use = "a permit that is not kept is given back at once"]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        // Your turn. Makes no call if nobody waits.
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test semaphore` does.
fn grade() {}
