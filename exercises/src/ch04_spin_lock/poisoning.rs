//! A spin lock that remembers a panic: whoever takes it after a holder panicked is told, and decides.
//!
//! A panic in the middle of a change can leave the data half changed. The lock is still released, by the guard's `drop`
//! as the stack unwinds; it only tells every later holder, until someone has looked at the data and calls
//! [`SpinLock::clear_poison`]. The interface is that of `std::sync::Mutex`.
//!
//! # Invariants
//!
//! 1. At most one [`Guard`] of a lock exists at a time, be it in an `Ok` or in an `Err`: it is made only by the `swap` that
//!    found `UNLOCKED`, and the lock becomes `UNLOCKED` only when it is dropped.
//! 2. Every access to the data by a guard happens before every access by the next: the release store in `drop` is read by
//!    the acquiring `swap` of the next `lock`.
//! 3. `poisoned` is set only by a holder, before it unlocks. By 2 the next holder sees it.

use std::error::Error;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;
use sync::{hint, thread};

/// Nobody holds the lock.
const UNLOCKED: bool = false;
/// Somebody holds the lock.
const LOCKED: bool = true;

/// What a poisoned lock gives: the same as always, in an `Err`.
pub type LockResult<G> = Result<G, PoisonError<G>>;

/// Mutual exclusion by spinning, with a memory for panics.
#[derive(Debug)]
pub struct SpinLock<T> {
    locked: AtomicBool,
    /// Has a holder panicked? Written by holders and by [`SpinLock::clear_poison`].
    poisoned: AtomicBool,
    data: UnsafeCell<T>,
}

// SAFETY: a shared lock gives out `&mut T` to one thread at a time (invariant 1), each access ordered after the last one
// (invariant 2). So it moves the `T` between threads, which takes `T: Send`, and never shares it.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    /// An unlocked lock around `value`, not poisoned.
    pub const fn new(value: T) -> Self {
        Self {
            locked: AtomicBool::new(UNLOCKED),
            poisoned: AtomicBool::new(false),
            data: UnsafeCell::new(value),
        }
    }

    /// Waits until the lock is free, and takes it.
    ///
    /// Blocks by spinning. A thread that locks twice waits for itself for ever.
    ///
    /// # Errors
    ///
    /// If a holder has panicked and nobody has called [`clear_poison`](Self::clear_poison) since. The lock is taken all the
    /// same: the guard is in the error.
    #[inline]
    pub fn lock(&self) -> LockResult<Guard<'_, T>> {
        // Acquire: pairs with the Release in the guard's `drop`, so that we see all that the last holder did.
        while self.locked.swap(LOCKED, Acquire) == LOCKED {
            hint::spin_loop();
        }
        let guard = Guard { lock: self, panicking: thread::panicking(), not_send: PhantomData };
        result(self.is_poisoned(), guard)
    }

    /// Has a holder panicked? Never blocks.
    ///
    /// Unless the caller holds the lock, the answer may be out of date by the time it arrives.
    #[inline]
    pub fn is_poisoned(&self) -> bool {
        // Relaxed: a holder has acquired what the last holder released, the flag included (invariant 3). For anyone else
        // the answer is advice, and no ordering would make it newer.
        self.poisoned.load(Relaxed)
    }

    /// Forgets the panic: from here on, `lock` returns `Ok`.
    ///
    /// Call it with the guard in hand, after the data has been repaired.
    #[inline]
    pub fn clear_poison(&self) {
        // Relaxed: the holder's unlock publishes it, with the repaired data.
        self.poisoned.store(false, Relaxed);
    }

    /// Takes the lock apart. No one else has it, so there is nothing to wait for.
    ///
    /// # Errors
    ///
    /// As [`lock`](Self::lock): the data is in the error.
    pub fn into_inner(self) -> LockResult<T> {
        // No ordering: whatever let the caller have the lock by value has put all earlier uses of it in order.
        result(self.poisoned.into_inner(), self.data.into_inner())
    }
}

/// `value`, in an `Err` if `poisoned`.
fn result<G>(poisoned: bool, value: G) -> LockResult<G> {
    if poisoned { Err(PoisonError { value }) } else { Ok(value) }
}

/// Proof that the lock is held: gives access to the data, and unlocks when it is dropped. Dropped by a panic, it poisons
/// the lock first.
///
/// It stays on its thread: what it remembers of the panics there says nothing of another thread's.
#[must_use = "a guard that is not kept unlocks at once"]
#[derive(Debug)]
pub struct Guard<'a, T> {
    lock: &'a SpinLock<T>,
    /// The thread was already unwinding when it took the lock. A destructor did that, and the panic is not the holder's.
    panicking: bool,
    not_send: PhantomData<*const ()>,
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
        if !self.panicking && thread::panicking() {
            // Relaxed: the store below publishes it (invariant 3).
            self.lock.poisoned.store(true, Relaxed);
        }
        // Release: pairs with the Acquire in `lock`; what this holder did happens before what the next one does.
        self.lock.locked.store(UNLOCKED, Release);
    }
}

/// A holder has panicked; what was asked for is inside.
///
/// An error with a guard in it holds the lock: dropping it unlocks.
pub struct PoisonError<G> {
    value: G,
}

impl<G> PoisonError<G> {
    /// What was asked for, poison or not.
    #[inline]
    pub fn into_inner(self) -> G {
        self.value
    }

    /// A look at it.
    #[inline]
    pub fn get_ref(&self) -> &G {
        &self.value
    }

    /// A look at it that may change it.
    #[inline]
    pub fn get_mut(&mut self) -> &mut G {
        &mut self.value
    }
}

// By hand, so that an error is one for every `G`: `unwrap` must not ask for `T: Debug`.
impl<G> fmt::Debug for PoisonError<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PoisonError").finish_non_exhaustive()
    }
}

impl<G> fmt::Display for PoisonError<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a thread panicked while it held the lock")
    }
}

impl<G> Error for PoisonError<G> {}
