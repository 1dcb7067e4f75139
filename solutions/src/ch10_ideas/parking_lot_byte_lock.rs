//! A mutex that takes one byte: those who wait are written down elsewhere, in a table that all mutexes share.
//!
//! | `state` | meaning |
//! |---|---|
//! | 0 | nobody holds the lock, and nobody is in the table for it |
//! | [`LOCKED`] | somebody holds it, and nobody is in the table for it |
//! | [`PARKED`] | nobody holds it, and somebody is in the table for it |
//! | `LOCKED \| PARKED` | somebody holds it, or will: it has been handed over; somebody is in the table for it |
//!
//! # Invariants
//!
//! 1. At most one [`MutexGuard`] of a mutex exists at a time: it is made by the exchange that sets `LOCKED`, or for the one thread to
//!    which the lock was handed over. `LOCKED` is cleared, or the lock handed over, only when the guard is gone.
//! 2. Every access to the data by a guard happens before every access by the next: the release of the unlock is acquired by the
//!    exchange that sets `LOCKED`, and that of the hand-over by the thread that it is for.
//! 3. `PARKED` is set or cleared only under the lock of the mutex's bucket, and while that is free it is set exactly if the bucket has
//!    an entry with the mutex's address.
//! 4. A thread enters the table only while the lock is held. So while anybody is in the table, somebody holds the lock, or somebody
//!    who has been taken out of the table is on the way to it and sets `PARKED` again if it is too late.
//! 5. After the write that unlocks, or hands over, nobody accesses the mutex any more: the next holder may be its last user and free it.
//!    What comes then needs the address only, and what belongs to the entry.

use parts::Mutex as Bucket;
use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::ptr;
use std::sync::Arc;
use sync::LazyLock;
use sync::atomic::{
    AtomicU8,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;
use sync::thread;

/// Somebody holds the lock, or it has been handed over.
const LOCKED: u8 = 1 << 0;
/// Somebody is in the table for this mutex.
const PARKED: u8 = 1 << 1;

/// What a thread in the table has been told: nothing yet.
const SLEEP: u8 = 0;
/// The lock was unlocked: try.
const WAKE: u8 = 1;
/// The lock is yours.
const HANDED: u8 = 2;

/// The entry of a thread that waits. It belongs to that thread and to the one that wakes it, whichever needs it longer.
struct Sleeper {
    thread: thread::Thread,
    told: AtomicU8,
}

/// What is in the table.
struct Entry {
    address: usize,
    sleeper: Arc<Sleeper>,
}

type Queue = VecDeque<Entry>;

/// How many queues there are. Mutexes that share one only share its lock.
const BUCKETS: usize = 16;

/// Who waits, for whichever mutex.
static TABLE: LazyLock<[Bucket<Queue>; BUCKETS]> =
    LazyLock::new(|| [const { Bucket::new(VecDeque::new()) }; BUCKETS]);

/// The bucket of what has this address.
fn bucket(address: usize) -> &'static Bucket<Queue> {
    &TABLE[address % BUCKETS]
}

/// Mutual exclusion by sleeping, around the data that it protects; its state is one byte. A panic of a holder does not poison it.
///
/// WebKit's lock (F. Pizlo, "Locking in WebKit", 2016), which Rust's `parking_lot` is made after.
pub struct Mutex<T> {
    state: AtomicU8,
    data: UnsafeCell<T>,
}

// SAFETY: a shared mutex gives out `&mut T` to one thread at a time (invariant 1), each access ordered after the last one
// (invariant 2). So it moves the `T` between threads, which takes `T: Send`, and never shares it.
unsafe impl<T: Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    /// An unlocked mutex around `value`.
    pub const fn new(value: T) -> Self {
        Self { state: AtomicU8::new(0), data: UnsafeCell::new(value) }
    }

    /// Waits until the lock is free, or handed over to this thread, and takes it.
    ///
    /// Blocks by sleeping. A thread that locks twice sleeps for ever. Others may overtake those who wait.
    #[inline]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        match self.try_lock() {
            Some(guard) => guard,
            None => self.lock_contended(),
        }
    }

    /// Takes the lock if it is free, even if others wait for it; `None` if somebody holds it, or it is handed over.
    ///
    /// Never blocks, and never fails for another reason.
    #[inline]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        // Relaxed: the exchange finds out whether it is still so.
        let mut state = self.state.load(Relaxed);
        while state & LOCKED == 0 {
            // Acquire: pairs with the Release of the unlock, so that we see all that the last holder did.
            // Relaxed: a failure only looks again.
            match self.state.compare_exchange_weak(state, state | LOCKED, Acquire, Relaxed) {
                Ok(_) => return Some(MutexGuard::new(self)),
                Err(now) => state = now,
            }
        }
        None
    }

    /// How many threads are in the table for this mutex. By the time that this returns it may be another number.
    pub fn waiting(&self) -> usize {
        let address = self.address();
        bucket(address).lock().iter().filter(|entry| entry.address == address).count()
    }

    fn address(&self) -> usize {
        ptr::from_ref(&self.state).addr()
    }

    #[cold]
    fn lock_contended(&self) -> MutexGuard<'_, T> {
        loop {
            if let Some(sleeper) = self.enter() {
                // Acquire: pairs with the Release in `unlock_contended`, if the lock was handed over. `park` may return for no
                // reason, or with a token that was meant for something else: what we were told decides.
                let told = loop {
                    match sleeper.told.load(Acquire) {
                        SLEEP => thread::park(),
                        told => break told,
                    }
                };
                if told == HANDED {
                    return MutexGuard::new(self);
                }
            }
            if let Some(guard) = self.try_lock() {
                return guard;
            }
        }
    }

    /// Writes this thread down in the table, if the lock is held.
    fn enter(&self) -> Option<Arc<Sleeper>> {
        let address = self.address();
        let mut queue = bucket(address).lock();
        let parked = |state| (state & LOCKED != 0).then_some(state | PARKED);
        // Relaxed: the bit says nothing of the data, and whoever finds it looks into the table under the same lock (invariant 3).
        self.state.fetch_update(Relaxed, Relaxed, parked).ok()?;
        let sleeper = Arc::new(Sleeper { thread: thread::current(), told: AtomicU8::new(SLEEP) });
        queue.push_back(Entry { address, sleeper: sleeper.clone() });
        Some(sleeper)
    }

    /// Unlocks, or hands the lock over to the first in the table if `fair`.
    #[inline]
    fn unlock(&self, fair: bool) {
        // Release: pairs with the Acquire in `try_lock`; what this holder did happens before what the next one does.
        // Relaxed: if it fails, the slow path unlocks.
        if self.state.compare_exchange(LOCKED, 0, Release, Relaxed).is_err() {
            self.unlock_contended(fair);
        }
    }

    #[cold]
    fn unlock_contended(&self, fair: bool) {
        let address = self.address();
        let mut queue = bucket(address).lock();
        let mut ours = (0..queue.len()).filter(|&place| queue[place].address == address);
        let first = ours.next().expect("`PARKED` says that somebody is here (invariant 3)");
        let parked = if ours.next().is_some() { PARKED } else { 0 };
        let entry = queue.remove(first).expect("it has just been found");
        if fair {
            // Relaxed: the data goes to one thread, by `told`. A store, here and below: whoever else would write while the lock is held
            // has to have the bucket's.
            self.state.store(LOCKED | parked, Relaxed);
        } else {
            // Release: as in `unlock`.
            self.state.store(parked, Release);
        }
        drop(queue);
        // The mutex may be gone by now (invariant 5), and as soon as the sleeper is told, so may be its thread.
        // Release: pairs with the Acquire in `lock_contended`; what this holder did happens before what the next one does.
        entry.sleeper.told.store(if fair { HANDED } else { WAKE }, Release);
        entry.sleeper.thread.unpark();
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
/// It does not leave its thread, as in chapter 9. A guard that is forgotten (`mem::forget`) leaves the lock locked for ever.
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

impl<T> MutexGuard<'_, T> {
    /// Unlocks; if threads wait, hands the lock over to the first of them in the table, and nobody overtakes it.
    pub fn unlock_fair(guard: Self) {
        guard.lock.unlock(true);
        mem::forget(guard);
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
        // SAFETY: as in `deref`, and `&mut self` makes this the only reference from this guard.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.lock.unlock(false);
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
