//! A ticket lock: a spin lock that serves threads in the order in which they came.
//!
//! # Invariants
//!
//! 1. Each ticket is drawn once (until the numbers come round: see below), and `serving` moves on by one each time a guard is
//!    dropped. So the holder is the one thread with the ticket `serving`, and only it writes `serving`.
//! 2. The lock is free if and only if `serving == next`. `next` never falls behind `serving`.
//! 3. Every access to the data by a guard happens before every access by the next: the store to `serving` in `drop` is what
//!    the next holder has read.
//!
//! The numbers wrap. Two threads would have the same ticket only if 2³² of them waited at once.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;
use sync::hint;

/// Mutual exclusion by spinning, first come, first served, around the data that it protects. A panic of a holder does not
/// poison it.
///
/// The algorithm is the ticket lock of J. Mellor-Crummey and M. Scott, "Algorithms for Scalable Synchronization on
/// Shared-Memory Multiprocessors" (1991).
pub struct TicketLock<T> {
    /// The ticket that the next thread draws.
    next: AtomicU32,
    /// The ticket whose turn it is.
    serving: AtomicU32,
    data: UnsafeCell<T>,
}

// SAFETY: a shared lock gives out `&mut T` to one thread at a time (invariant 1), each access ordered after the last one
// (invariant 3). So it moves the `T` between threads, which takes `T: Send`, and never shares it.
unsafe impl<T: Send> Sync for TicketLock<T> {}

impl<T> TicketLock<T> {
    /// A free lock around `value`.
    pub const fn new(value: T) -> Self {
        Self::with_first_ticket(value, 0)
    }

    /// A free lock whose first ticket is `first`, as if others had been drawn before.
    pub const fn with_first_ticket(value: T, first: u32) -> Self {
        Self {
            next: AtomicU32::new(first),
            serving: AtomicU32::new(first),
            data: UnsafeCell::new(value),
        }
    }

    /// Draws a ticket, and spins until its turn comes. Threads have their turns in the order in which they drew.
    ///
    /// A thread that locks twice spins for ever.
    #[inline]
    pub fn lock(&self) -> TicketGuard<'_, T> {
        // Relaxed: the ticket hands nothing over. That no two are alike is a matter of this word alone.
        let ticket = self.next.fetch_add(1, Relaxed);
        // Acquire: pairs with the Release in the guard's `drop`, so that we see all that the last holder did.
        while self.serving.load(Acquire) != ticket {
            hint::spin_loop();
        }
        TicketGuard { lock: self, ticket, not_send: PhantomData }
    }

    /// Takes the lock if it is free; `None` if somebody holds it or waits for it.
    ///
    /// Never waits, and never fails for another reason. A failed attempt draws no ticket.
    #[inline]
    pub fn try_lock(&self) -> Option<TicketGuard<'_, T>> {
        // Acquire: as in `lock`, if this ticket is ours in the end.
        let serving = self.serving.load(Acquire);
        // The ticket may be drawn only if it is served at once (invariant 2): nobody could give it back.
        // Relaxed: as in `lock`; a failure leads to nothing that has to be ordered.
        match self.next.compare_exchange(serving, serving.wrapping_add(1), Relaxed, Relaxed) {
            Ok(ticket) => Some(TicketGuard { lock: self, ticket, not_send: PhantomData }),
            Err(_) => None,
        }
    }

    /// The data, without locking: `&mut self` shows that nobody else has the lock.
    #[inline]
    pub fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }

    /// Takes the lock apart. Nobody else has it, so there is nothing to wait for.
    #[inline]
    pub fn into_inner(self) -> T {
        self.data.into_inner()
    }
}

/// Shows the data, or `<locked>` if somebody holds the lock. Never waits; holds the lock while it writes.
impl<T: fmt::Debug> fmt::Debug for TicketLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("TicketLock");
        match self.try_lock() {
            Some(guard) => shown.field("data", &*guard),
            None => shown.field("data", &format_args!("<locked>")),
        };
        shown.finish()
    }
}

/// Proof that the lock is held: gives access to the data, and unlocks when it is dropped.
///
/// It does not leave its thread. One that is forgotten (`mem::forget`) leaves the lock locked for ever.
#[must_use = "a guard that is not kept unlocks at once"]
pub struct TicketGuard<'a, T> {
    lock: &'a TicketLock<T>,
    /// Is `lock.serving` for as long as the guard lives (invariant 1).
    ticket: u32,
    not_send: PhantomData<*const ()>,
}

// SAFETY: `&TicketGuard<T>` gives `&T` and nothing more, so sharing a guard shares the `T`.
unsafe impl<T: Sync> Sync for TicketGuard<'_, T> {}

impl<T> Deref for TicketGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this guard is the only one (invariant 1), what earlier ones did happens before (invariant 3), and
        // `&self` keeps `deref_mut` away.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for TicketGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard is the only one (invariant 1), what earlier ones did happens before (invariant 3), and
        // `&mut self` makes this the only reference from it.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T> Drop for TicketGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Nobody else writes `serving` (invariant 1): a store is enough.
        // Release: pairs with the Acquire of the next holder; what this holder did happens before what that one does.
        self.lock.serving.store(self.ticket.wrapping_add(1), Release);
    }
}

impl<T: fmt::Debug> fmt::Debug for TicketGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
