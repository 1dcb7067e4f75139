//! A mutex that looks again for a moment before it sleeps.
//!
//! Critical sections are short, and falling asleep takes long: two system calls and two switches of threads. So a waiter spins
//! first: it looks a few times, with a pause before each look.
//!
//! | `state` | held | may have sleepers | unlocking |
//! |---|---|---|---|
//! | `UNLOCKED` | no | no, or one that is about to look again | – |
//! | `LOCKED` | yes | no | a swap |
//! | `CONTENDED` | yes | yes | a swap and a wake-up |
//!
//! Like the stages before it has no poisoning, for the same reasons.
//!
//! # Invariants
//!
//! 1. At most one [`MutexGuard`] of a mutex exists at a time: it is made only by an operation that found `UNLOCKED` and
//!    replaced it, and the state becomes `UNLOCKED` only when it is dropped.
//! 2. Every access to the data by a guard happens before every access by the next: the releasing `swap` in `drop` is read by
//!    the acquiring operation of the next holder, for that one finds `UNLOCKED`, and nothing else writes it.
//! 3. While threads sleep, the state is `CONTENDED`, or an unlock is about to wake one of them, or one that was woken has yet
//!    to look. A thread goes to sleep only while the state is `CONTENDED`. Whoever unlocks that wakes one, and a thread that
//!    was woken takes the lock as `CONTENDED`, since others may still sleep: it does not know. So an unlock may wake for
//!    nothing, and none is silent that should wake.
//! 4. After the `swap` to `UNLOCKED`, `drop` does not access the mutex: the next holder may be its last user and free it. The
//!    wake-up needs the address only. If other memory is there by then, it wakes a thread for no reason, and whoever waits
//!    on a word has to expect that.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::time::Duration;
use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;
use sync::{futex, hint, thread};

/// Nobody holds the lock.
const UNLOCKED: u32 = 0;
/// Somebody holds the lock, and nobody sleeps.
const LOCKED: u32 = 1;
/// Somebody holds the lock, and there may be sleepers.
const CONTENDED: u32 = 2;

/// How often a waiter pauses with its processor kept, and looks.
///
/// A holder that runs is soon done, and then the waiter goes on without having called the system.
const PAUSES: u32 = 3;
/// How long each of these pauses is.
///
/// Each look takes the cache line away from the holder, who needs it to unlock. So a waiter that looks at once, and often,
/// makes short critical sections long. One that looks too rarely finds a free lock too late after a long section. It is a
/// time, and not so many hints: how long a hint takes depends on the processor.
const PAUSE: Duration = Duration::from_nanos(150);
/// How often it then lets other threads run, and looks, before it sleeps.
///
/// If the holder was interrupted, it may need this very processor, and no pause is long enough. If nobody needs it, this is
/// a pause of a system call's length.
const YIELDS: u32 = 8;

/// Mutual exclusion by sleeping, around the data that it protects. A panic of a holder does not poison it.
///
/// The states are those of U. Drepper, "Futexes Are Tricky" (2011). To yield before sleeping is the choice of WebKit's lock
/// and of `parking_lot`.
pub struct Mutex<T: ?Sized> {
    state: AtomicU32,
    data: UnsafeCell<T>,
}

// SAFETY: a shared mutex gives out `&mut T` to one thread at a time (invariant 1), each access ordered after the last one
// (invariant 2). So it moves the `T` between threads, which takes `T: Send`, and never shares it.
unsafe impl<T: ?Sized + Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    /// An unlocked mutex around `value`.
    pub const fn new(value: T) -> Self {
        Self { state: AtomicU32::new(UNLOCKED), data: UnsafeCell::new(value) }
    }

    /// Takes the mutex apart. Nobody else has it, so there is nothing to wait for.
    #[inline]
    pub fn into_inner(self) -> T {
        self.data.into_inner()
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Waits until the lock is free, and takes it.
    ///
    /// Spins for a moment, then blocks by sleeping. A thread that locks twice sleeps for ever. Which of several waiters is
    /// next is not said.
    #[inline]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        // Acquire: pairs with the Release in the guard's `drop`, so that we see all that the last holder did.
        // Relaxed: a failure only says that there is more to do.
        if self.state.compare_exchange(UNLOCKED, LOCKED, Acquire, Relaxed).is_err() {
            self.lock_contended();
        }
        MutexGuard::new(self)
    }

    /// Takes the lock if it is free; `None` if somebody holds it.
    ///
    /// Never blocks, and never fails for another reason.
    #[inline]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        // A `swap` would write `LOCKED` over `CONTENDED`, and the sleepers would be forgotten.
        // Acquire: as in `lock`. Relaxed: a failure leads to nothing that has to be ordered.
        match self.state.compare_exchange(UNLOCKED, LOCKED, Acquire, Relaxed) {
            Ok(_) => Some(MutexGuard::new(self)),
            Err(_) => None,
        }
    }

    /// Spins, then says that somebody waits and sleeps, until the lock is free and taken.
    #[cold]
    fn lock_contended(&self) {
        let mut seen = self.spin();
        if seen == UNLOCKED {
            // This thread has not slept, so it takes the lock as one without sleepers. If there are some, the unlock has woken
            // one, who is yet to look (invariant 3). Acquire, Relaxed: as in `lock`.
            match self.state.compare_exchange(UNLOCKED, LOCKED, Acquire, Relaxed) {
                Ok(_) => return,
                Err(now) => seen = now,
            }
        }
        // What is marked already need not be marked again. Otherwise one operation says that we wait, or takes the lock as
        // one that others may wait for (invariant 3).
        // Acquire: pairs with the Release in the guard's `drop`, as in `lock`.
        while seen == CONTENDED || self.state.swap(CONTENDED, Acquire) != UNLOCKED {
            // Returns at once if the state has changed, and sometimes for no reason: only the `swap` decides.
            futex::wait(&self.state, CONTENDED);
            seen = self.spin();
        }
    }

    /// Looks until the lock is free, or it has looked often enough. Returns what it saw last.
    fn spin(&self) -> u32 {
        let mut pauses = 0;
        loop {
            // Relaxed: what it reads only says what to try. The operation that takes the lock acquires.
            let state = self.state.load(Relaxed);
            if state == UNLOCKED || pauses == PAUSES + YIELDS {
                return state;
            }
            if pauses < PAUSES {
                hint::spin_for(PAUSE);
            } else {
                thread::yield_now();
            }
            pauses += 1;
        }
    }

    /// The data, without locking: `&mut self` shows that nobody else has the mutex.
    #[inline]
    pub fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }
}

impl<T: Default> Default for Mutex<T> {
    /// An unlocked mutex around the default value.
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for Mutex<T> {
    /// An unlocked mutex around `value`.
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

/// Shows the data, or `<locked>` if somebody holds the lock. Never blocks; holds the lock while it writes.
impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Mutex");
        match self.try_lock() {
            Some(guard) => shown.field("data", &&*guard),
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
pub struct MutexGuard<'a, T: ?Sized> {
    lock: &'a Mutex<T>,
    not_send: PhantomData<*const ()>,
}

// SAFETY: `&MutexGuard<T>` gives `&T` and nothing more, so sharing a guard shares the `T`.
unsafe impl<T: ?Sized + Sync> Sync for MutexGuard<'_, T> {}

impl<'a, T: ?Sized> MutexGuard<'a, T> {
    /// The guard of a lock that the caller has just taken.
    #[inline]
    fn new(lock: &'a Mutex<T>) -> Self {
        Self { lock, not_send: PhantomData }
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this guard is the only one (invariant 1), what earlier ones did happens before (invariant 2), and
        // `&self` keeps `deref_mut` away.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard is the only one (invariant 1), what earlier ones did happens before (invariant 2), and
        // `&mut self` makes this the only reference from it.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        let state = &self.lock.state;
        // Unlocking and learning of sleepers is one step: between a load and a store, somebody could go to sleep.
        // Release: pairs with the Acquire of the next holder; what this holder did happens before what that one does.
        if state.swap(UNLOCKED, Release) == CONTENDED {
            wake(state);
        }
    }
}

/// The slow half of unlocking. `state` is only an address by now (invariant 4).
#[cold]
fn wake(state: &AtomicU32) {
    futex::wake_one(state);
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
