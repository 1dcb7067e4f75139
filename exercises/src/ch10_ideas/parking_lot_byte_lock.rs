//! A mutex that takes one byte: those who wait are written down elsewhere, in a table that all mutexes share.
//!
//! The book's page on this exercise: chapter 10, "A lock in a byte".

use parts::Mutex as Bucket;
use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use sync::LazyLock;
use sync::atomic::{AtomicU8, Ordering};
use sync::cell::UnsafeCell;
use sync::thread;

/// The entry of a thread that waits. It belongs to that thread and to the one that wakes it, whichever needs it longer.
struct Sleeper {
    thread: thread::Thread,
    /// May it go on? Has it even got the lock?
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
pub struct Mutex<T> {
    /// Is it held, and is anybody in the table for it?
    state: AtomicU8,
    data: UnsafeCell<T>,
}

// Your turn: `Sync`, for the right data.

impl<T> Mutex<T> {
    /// An unlocked mutex around `value`.
    pub const fn new(value: T) -> Self {
        Self { state: AtomicU8::new(0), data: UnsafeCell::new(value) }
    }

    /// Waits until the lock is free, or handed over to this thread, and takes it.
    ///
    /// Blocks by sleeping. A thread that locks twice sleeps for ever. Others may overtake those who wait.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        // Your turn. When may a thread write itself down in the table, and who learns of it?
        todo!()
    }

    /// Takes the lock if it is free, even if others wait for it; `None` if somebody holds it, or it is handed over.
    ///
    /// Never blocks, and never fails for another reason.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        todo!()
    }

    /// How many threads are in the table for this mutex. By the time that this returns it may be another number.
    pub fn waiting(&self) -> usize {
        todo!()
    }

    /// The data, without locking: `&mut self` shows that nobody else has the mutex.
    pub fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }

    /// Takes the mutex apart. Nobody else has it, so there is nothing to wait for.
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

// Your turn: `Sync`, for the right data.

impl<T> MutexGuard<'_, T> {
    /// Unlocks; if threads wait, hands the lock over to the first of them in the table, and nobody overtakes it.
    pub fn unlock_fair(guard: Self) {
        // Your turn. The guard must not unlock once more.
        todo!()
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // Your turn.
        todo!()
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // Your turn.
        todo!()
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        // Your turn. Who is in the table, and what must the byte say before another thread can read it?
        todo!()
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test parking_lot_byte_lock` does.
fn grade() {}
