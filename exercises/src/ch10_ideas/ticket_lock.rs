//! A ticket lock: a spin lock that serves threads in the order in which they came.
//!
//! The book's page on this exercise: chapter 10, "Draw a number".

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use sync::atomic::{AtomicU32, Ordering};
use sync::cell::UnsafeCell;
use sync::hint;

/// Mutual exclusion by spinning, first come, first served, around the data that it protects. A panic of a holder does not
/// poison it.
pub struct TicketLock<T> {
    /// The ticket that the next thread draws.
    next: AtomicU32,
    /// The ticket whose turn it is.
    serving: AtomicU32,
    data: UnsafeCell<T>,
}

// Your turn: `Sync`, for the right data.

impl<T> TicketLock<T> {
    /// A free lock around `value`.
    pub const fn new(value: T) -> Self {
        Self::with_first_ticket(value, 0)
    }

    /// A free lock whose first ticket is `first`, as if others had been drawn before. The ticket after `u32::MAX` is 0.
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
    pub fn lock(&self) -> TicketGuard<'_, T> {
        // Your turn. Give a hint in the loop.
        todo!()
    }

    /// Takes the lock if it is free; `None` if somebody holds it or waits for it.
    ///
    /// Never waits, and never fails for another reason. A failed attempt draws no ticket.
    pub fn try_lock(&self) -> Option<TicketGuard<'_, T>> {
        todo!()
    }

    /// The data, without locking: `&mut self` shows that nobody else has the lock.
    pub fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }

    /// Takes the lock apart. Nobody else has it, so there is nothing to wait for.
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
    /// The ticket of the holder. Leave it out if you can do without.
    ticket: u32,
    not_send: PhantomData<*const ()>,
}

// Your turn: `Sync`, for the right data.

impl<T> Deref for TicketGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: there is one guard at most, what earlier ones did happens before, and `&self` keeps `deref_mut` away.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for TicketGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: there is one guard at most, what earlier ones did happens before, and `&mut self` makes this the only
        // reference from it.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T> Drop for TicketGuard<'_, T> {
    fn drop(&mut self) {
        // Your turn.
        todo!()
    }
}

impl<T: fmt::Debug> fmt::Debug for TicketGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test ticket_lock` does.
fn grade() {}
