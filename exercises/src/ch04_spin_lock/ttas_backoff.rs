//! A spin lock that waits quietly: a waiter only reads while the lock is held, and backs off when another thread was faster.
//!
//! A read-modify-write takes the cache line away from every other processor, whether it succeeds or not. Loads share it. So
//! a waiter *tests* until the lock looks free and only then performs *test-and-set*, as L. Rudolph and Z. Segall proposed
//! in 1984 ("Dynamic decentralized cache schemes for MIMD parallel processors"). When the lock becomes free all waiters see
//! it at once and all but one of them fail; those pause, for longer each time, as T. E. Anderson measured in 1990 ("The
//! performance of spin lock alternatives for shared-memory multiprocessors").
//!
//! # Invariants
//!
//! 1. At most one [`Guard`] of a lock exists at a time: it is made only by the `swap` that found `UNLOCKED`, and the lock
//!    becomes `UNLOCKED` only when it is dropped.
//! 2. Every access to the data by a guard happens before every access by the next: the release store in `drop` is read by
//!    the acquiring `swap` of the next owner.
//! 3. After its first attempt, a waiter performs one `swap` for each time that it has read `UNLOCKED`, and no other write.

use std::ops::{Deref, DerefMut};
use sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;
use sync::hint;

/// Nobody holds the lock.
const UNLOCKED: bool = false;
/// Somebody holds the lock.
const LOCKED: bool = true;

/// The longest pause after a lost race, in spin hints. Pauses double up to it: 1, 2, 4, …
///
/// Without a bound, a thread that has lost often would sleep through a lock that has long been free.
const MAX_BACKOFF: u32 = 64;

/// Mutual exclusion by spinning, with little traffic while it spins.
#[derive(Debug)]
pub struct SpinLock<T> {
    locked: AtomicBool,
    data: UnsafeCell<T>,
}

// SAFETY: a shared lock gives out `&mut T` to one thread at a time (invariant 1), each access ordered after the last one
// (invariant 2). So it moves the `T` between threads, which takes `T: Send`, and never shares it.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    /// An unlocked lock around `value`.
    pub const fn new(value: T) -> Self {
        Self { locked: AtomicBool::new(UNLOCKED), data: UnsafeCell::new(value) }
    }

    /// Waits until the lock is free, and takes it.
    ///
    /// Blocks by spinning. A thread that locks twice waits for itself for ever.
    #[inline]
    pub fn lock(&self) -> Guard<'_, T> {
        match self.try_lock() {
            Some(guard) => guard,
            None => self.lock_contended(),
        }
    }

    /// Takes the lock if it is free; `None` if somebody holds it.
    ///
    /// Never blocks, and never fails for another reason.
    #[inline]
    pub fn try_lock(&self) -> Option<Guard<'_, T>> {
        // Acquire: pairs with the Release in the guard's `drop`, so that we see all that the last holder did.
        match self.locked.swap(LOCKED, Acquire) {
            UNLOCKED => Some(Guard { lock: self }),
            LOCKED => None,
        }
    }

    /// Waits with loads alone; each time the lock looks free, tries once.
    #[cold]
    fn lock_contended(&self) -> Guard<'_, T> {
        let mut pause = 1;
        loop {
            // Relaxed: what it reads only says when to try. The `swap` decides, and acquires.
            while self.locked.load(Relaxed) == LOCKED {
                hint::spin_loop();
            }
            if let Some(guard) = self.try_lock() {
                return guard;
            }
            for _ in 0..pause {
                hint::spin_loop();
            }
            pause = MAX_BACKOFF.min(2 * pause);
        }
    }
}

/// Proof that the lock is held: gives access to the data, and unlocks when it is dropped.
#[must_use = "a guard that is not kept unlocks at once"]
#[derive(Debug)]
pub struct Guard<'a, T> {
    lock: &'a SpinLock<T>,
}

// SAFETY: `&Guard<T>` gives `&T` and nothing more, so sharing a guard shares the `T`.
unsafe impl<T: Sync> Sync for Guard<'_, T> {}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this guard is the only one (invariant 1), and `&self` keeps `deref_mut` away.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard is the only one (invariant 1), and `&mut self` makes this the only reference from it.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T> Drop for Guard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Release: pairs with the Acquire in `try_lock`; what this holder did happens before what the next one does.
        self.lock.locked.store(UNLOCKED, Release);
    }
}
