//! A mutex that sleeps: one word, two states, and a system call for each unlock.
//!
//! A thread that finds the lock held goes to sleep on the word, and each unlock wakes one sleeper. The word does not say
//! whether there is a sleeper, so an unlock has to ask the system every time.
//!
//! # Poisoning
//!
//! There is none. A holder that panics unlocks, and the data stays as it left it. Poison is about the meaning of the data
//! and not about the lock: it needs a second flag, an `Err` that nearly every caller unwraps, and a look at the thread's
//! panic count in each `lock` and each unlock. Whoever wants it can build it around this type, as chapter 4 does; nobody could
//! take it out of one that has it.
//!
//! # Invariants
//!
//! 1. At most one [`MutexGuard`] of a mutex exists at a time: it is made only by the `swap` that found `UNLOCKED`, and the
//!    state becomes `UNLOCKED` only when it is dropped.
//! 2. Every access to the data by a guard happens before every access by the next: the release store in `drop` is read by
//!    the acquiring `swap` of the next holder.
//! 3. Nobody sleeps for ever on a lock that is free. A thread goes to sleep only while the state is `LOCKED`, and comparing
//!    and falling asleep are one step of the system. So the store of `UNLOCKED` comes later, and a wake-up follows it. The
//!    thread that is woken tries again, and, if it is too late, leaves the duty to wake to whoever was faster.
//! 4. After the store of `UNLOCKED`, `drop` does not access the mutex: the next holder may be its last user and free it. The
//!    wake-up needs the address only. If other memory is there by then, it wakes a thread for no reason, and whoever waits
//!    on a word has to expect that.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Release},
};
use sync::cell::UnsafeCell;
use sync::futex;

/// Nobody holds the lock.
const UNLOCKED: u32 = 0;
/// Somebody holds the lock. There may be sleepers.
const LOCKED: u32 = 1;

/// Mutual exclusion by sleeping, around the data that it protects. A panic of a holder does not poison it.
///
/// The first, slow version in U. Drepper, "Futexes Are Tricky" (2011), made simpler by leaving out the count.
pub struct Mutex<T> {
    state: AtomicU32,
    data: UnsafeCell<T>,
}

// SAFETY: a shared mutex gives out `&mut T` to one thread at a time (invariant 1), each access ordered after the last one
// (invariant 2). So it moves the `T` between threads, which takes `T: Send`, and never shares it.
unsafe impl<T: Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    /// An unlocked mutex around `value`.
    pub const fn new(value: T) -> Self {
        Self { state: AtomicU32::new(UNLOCKED), data: UnsafeCell::new(value) }
    }

    /// Waits until the lock is free, and takes it.
    ///
    /// Blocks by sleeping. A thread that locks twice sleeps for ever.
    /// Which of several waiters is next is not said.
    #[inline]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        // Acquire: pairs with the Release in the guard's `drop`, so that we see all that the last holder did.
        while self.state.swap(LOCKED, Acquire) == LOCKED {
            // Returns at once if the state has changed, and sometimes for no reason: only the `swap` decides.
            futex::wait(&self.state, LOCKED);
        }
        MutexGuard::new(self)
    }

    /// Takes the lock if it is free; `None` if somebody holds it.
    ///
    /// Never blocks, and never fails for another reason.
    #[inline]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        // Acquire: as in `lock`. A failed attempt writes `LOCKED` over `LOCKED`.
        match self.state.swap(LOCKED, Acquire) {
            UNLOCKED => Some(MutexGuard::new(self)),
            _ => None,
        }
    }

    /// The data, without locking: `&mut self` shows that nobody else has the mutex.
    #[inline]
    pub fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }

    /// Takes the mutex apart. Nobody else has it, so there is nothing to wait for.
    #[inline]
    pub fn into_inner(self) -> T {
        self.data.into_inner()
    }
}

/// Shows the data, or `<locked>` if somebody holds the lock. Never blocks; holds the lock while it writes.
impl<T: fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Mutex");
        match self.try_lock() {
            Some(guard) => shown.field("data", &*guard),
            None => shown.field("data", &format_args!("<locked>")),
        };
        shown.finish()
    }
}

/// Proof that the lock is held: gives access to the data, and unlocks when it is dropped.
///
/// It does not leave its thread. This lock would not mind, but others do: a pthread mutex, a lock with priority inheritance
/// and a checker of lock orders all want to know who the owner is. Without the promise there could be one of those behind
/// this type some day.
///
/// A guard that is forgotten (`mem::forget`) leaves the lock locked for ever.
#[must_use = "a guard that is not kept unlocks at once"]
pub struct MutexGuard<'a, T> {
    lock: &'a Mutex<T>,
    not_send: PhantomData<*const ()>,
}

// SAFETY: `&MutexGuard<T>` gives `&T` and nothing more, so sharing a guard shares the `T`.
unsafe impl<T: Sync> Sync for MutexGuard<'_, T> {}

impl<'a, T> MutexGuard<'a, T> {
    /// The guard of a lock that the caller has just taken.
    #[inline]
    fn new(lock: &'a Mutex<T>) -> Self {
        Self { lock, not_send: PhantomData }
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this guard is the only one (invariant 1), what earlier ones did happens before (invariant 2), and
        // `&self` keeps `deref_mut` away.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard is the only one (invariant 1), what earlier ones did happens before (invariant 2), and
        // `&mut self` makes this the only reference from it.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        let state = &self.lock.state;
        // Release: pairs with the Acquire in `lock` and `try_lock`; what this holder did happens before what the next does.
        state.store(UNLOCKED, Release);
        // Only now: a thread that is woken earlier finds the lock held, sleeps again, and nobody wakes it (invariant 3).
        // From here on `state` is an address (invariant 4).
        futex::wake_one(state);
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
