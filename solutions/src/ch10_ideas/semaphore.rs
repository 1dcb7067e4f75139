//! A semaphore: a number of permits, given out in the order in which threads came, until it is closed.
//!
//! It is a ticket lock for more than one holder. Each thread draws a ticket, and may go on when more permits have been given
//! out so far than its ticket says.
//!
//! # The words
//!
//! ```text
//!              bits 31..1                                bit 0
//!   next       tickets drawn so far                      0
//!   served     permits given out so far, ever            CLOSED
//! ```
//!
//! Both counts wrap. A ticket is served if `served - ticket`, as a signed number, is above zero.
//!
//! # Invariants
//!
//! 1. Each ticket is drawn once, and `served` grows by one each time a permit comes back. So as many threads have a permit as
//!    there are permits, at most: those with the tickets that are served and whose permit has not come back.
//! 2. After `CLOSED` is set, `served` never changes. So whoever is served then was served when it was closed.
//! 3. A thread sleeps only while `served` is what it has just read, and does not serve it. Whoever changes `served` wakes all
//!    if a ticket that is not served has been drawn. Of the thread that waits and the one that gives back, one sees what the
//!    other did: each writes its word and then reads the other's, and all four accesses are `SeqCst`.
//! 4. What came before a permit was given back happens before what follows the `acquire` that gets it.

use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release, SeqCst},
};
use sync::futex;

/// One ticket, or one permit.
const ONE: u32 = 2;
/// In `served`: no more permits are given out.
const CLOSED: u32 = 1;

/// Permits for a limited number of threads at a time, first come, first served.
///
/// The algorithm is the ticket-semaphore of D. Dice and A. Kogan, "Semaphores Augmented with a Waiting Array" (2025), with a
/// futex to wait on, and a `close` as tokio's semaphore has it.
#[derive(Debug)]
pub struct Semaphore {
    next: AtomicU32,
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
    #[inline]
    pub fn acquire(&self) -> Result<Permit<'_>, Closed> {
        // Acquire: pairs with the Release in `close`.
        if self.served.load(Acquire) & CLOSED != 0 {
            return Err(Closed);
        }
        // SeqCst: either this thread sees the permit, or the one that gives it back sees this ticket (invariant 3).
        // Release is in it: whoever reads this ticket in `try_acquire` knows of as many permits as we do.
        let ticket = self.next.fetch_add(ONE, SeqCst);
        loop {
            // SeqCst: as above. Acquire is in it: pairs with the Release in `drop` and `close`.
            let served = self.served.load(SeqCst);
            if is_served(ticket, served) {
                return Ok(Permit { semaphore: self });
            }
            if served & CLOSED != 0 {
                return Err(Closed);
            }
            // Does not sleep if `served` has changed; may return for no reason.
            futex::wait(&self.served, served);
        }
    }

    /// A permit, if there is one and nobody waits for it. Never blocks.
    ///
    /// # Errors
    ///
    /// Says why not.
    pub fn try_acquire(&self) -> Result<Permit<'_>, TryAcquireError> {
        loop {
            // Acquire: pairs with the Release of whoever drew the last ticket. The other order of the two loads, or a weaker
            // one, would compare an old number of permits with a new ticket: "none", though at no moment there was none.
            let ticket = self.next.load(Acquire);
            // Acquire: pairs with the Release in `drop` and `close`.
            let served = self.served.load(Acquire);
            if served & CLOSED != 0 {
                return Err(TryAcquireError::Closed);
            }
            if !is_served(ticket, served) {
                return Err(TryAcquireError::NoPermits);
            }
            // Release: see above. Relaxed: a failure only looks again.
            let next = ticket.wrapping_add(ONE);
            if self.next.compare_exchange_weak(ticket, next, Release, Relaxed).is_ok() {
                return Ok(Permit { semaphore: self });
            }
        }
    }

    /// Closes the semaphore: no permit is given out any more, and those who wait are told. Permits that are out stay valid.
    ///
    /// What came before happens before what follows a call that says `Closed`.
    pub fn close(&self) {
        // Release: pairs with the Acquire of those that are told.
        self.served.fetch_or(CLOSED, Release);
        futex::wake_all(&self.served);
    }

    /// Gives a permit back.
    fn release(&self) {
        // Relaxed: only the exchange decides.
        let mut served = self.served.load(Relaxed);
        // Whoever waits while it is closed has been told, or will be (invariant 2).
        while served & CLOSED == 0 {
            let more = served.wrapping_add(ONE);
            // SeqCst: either this thread sees the ticket, or its owner the permit (invariant 3).
            // Release is in it: pairs with the Acquire of the thread that gets the permit. Relaxed: only looks again.
            match self.served.compare_exchange_weak(served, more, SeqCst, Relaxed) {
                Ok(_) => {
                    // SeqCst: as above. Was a ticket drawn that was not served?
                    let next = self.next.load(SeqCst);
                    if !is_served(next.wrapping_sub(ONE), served) {
                        futex::wake_all(&self.served);
                    }
                    return;
                }
                Err(now) => served = now,
            }
        }
    }
}

/// Have more permits been given out than the ticket says?
#[inline]
fn is_served(ticket: u32, served: u32) -> bool {
    (served & !CLOSED).wrapping_sub(ticket) as i32 > 0
}

/// A permit. It is given back when it is dropped. One that is forgotten (`mem::forget`) is lost.
#[derive(Debug)]
#[must_use = "a permit that is not kept is given back at once"]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Drop for Permit<'_> {
    #[inline]
    fn drop(&mut self) {
        self.semaphore.release();
    }
}
