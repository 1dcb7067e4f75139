//! The stage before: a reader gets in whenever no writer is inside.
//!
//! Rejected by: reader_is_turned_away_while_a_writer_waits
//! Because: the writer waits for ever

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;
use sync::futex;

/// Nobody is inside.
const UNLOCKED: u32 = 0;
/// One writer is inside. Every value below is a number of readers.
const WRITE_LOCKED: u32 = u32::MAX;

/// As many readers may be inside at once: one more would look like a writer.
pub const MAX_READERS: u32 = WRITE_LOCKED - 1;

/// Many readers or one writer, around the data that they read and write.
pub struct RwLock<T> {
    /// See the table above. Readers who wait sleep on this word.
    state: AtomicU32,
    /// How often a writer has been called. Writers who wait sleep on this word.
    ///
    /// It wraps. A writer would miss calls if, between its look at the count and its sleep, exactly 2³² of them were made and
    /// none after.
    calls: AtomicU32,
    data: UnsafeCell<T>,
}

// SAFETY: a shared lock gives `&mut T` to one thread at a time (invariants 1 and 3), which moves the `T` between threads:
// `T: Send`. It gives `&T` to many threads at the same time: `T: Sync`.
unsafe impl<T: Send + Sync> Sync for RwLock<T> {}

impl<T> RwLock<T> {
    /// An unlocked lock around `value`.
    pub const fn new(value: T) -> Self {
        Self::with_forgotten_readers(value, 0)
    }

    /// A lock around `value` with `readers` readers inside that never leave, as if so many guards of [`read`](Self::read)
    /// had been forgotten (`mem::forget`): the way to the limit for those who cannot wait for so many calls.
    ///
    /// # Panics
    ///
    /// If `readers` is more than [`MAX_READERS`].
    pub const fn with_forgotten_readers(value: T, readers: u32) -> Self {
        assert!(readers <= MAX_READERS, "too many readers");
        Self {
            state: AtomicU32::new(readers),
            calls: AtomicU32::new(0),
            data: UnsafeCell::new(value),
        }
    }

    /// Waits until no writer is inside, and goes in beside the other readers.
    ///
    /// Blocks by sleeping. A thread that has a guard already may get a second one, but one that has a [`WriteGuard`] waits
    /// for itself for ever.
    ///
    /// # Panics
    ///
    /// If [`MAX_READERS`] readers are inside. The lock stays as it was.
    #[inline]
    pub fn read(&self) -> ReadGuard<'_, T> {
        match self.enter() {
            Ok(guard) => guard,
            Err(state) => self.read_contended(state),
        }
    }

    /// Goes in beside other readers; `None` if a writer or [`MAX_READERS`] readers are inside.
    ///
    /// Never blocks, and never fails for another reason.
    #[inline]
    pub fn try_read(&self) -> Option<ReadGuard<'_, T>> {
        self.enter().ok()
    }

    /// Waits until nobody is inside, and goes in alone.
    ///
    /// Blocks by sleeping. A thread that has a guard already waits for itself for ever.
    #[inline]
    pub fn write(&self) -> WriteGuard<'_, T> {
        match self.enter_alone() {
            Some(guard) => guard,
            None => self.write_contended(),
        }
    }

    /// Goes in alone; `None` if anybody is inside.
    ///
    /// Never blocks, and never fails for another reason.
    #[inline]
    pub fn try_write(&self) -> Option<WriteGuard<'_, T>> {
        self.enter_alone()
    }

    /// The data. `&mut self` shows that nobody is inside.
    #[inline]
    pub fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }

    /// Takes the lock apart. No one else has it, so there is nothing to wait for.
    #[inline]
    pub fn into_inner(self) -> T {
        self.data.into_inner()
    }

    /// Adds a reader, or says which state does not allow it.
    #[inline]
    fn enter(&self) -> Result<ReadGuard<'_, T>, u32> {
        // Relaxed: a guess, which the exchange checks.
        let mut state = self.state.load(Relaxed);
        while state < MAX_READERS {
            // Acquire: pairs with the Release in the `drop` of the last writer's guard. Relaxed: a failure is a new guess.
            match self.state.compare_exchange_weak(state, state + 1, Acquire, Relaxed) {
                Ok(_) => return Ok(ReadGuard { lock: self, not_send: PhantomData }),
                Err(now) => state = now,
            }
        }
        Err(state)
    }

    /// Takes the lock for a writer, if nobody is inside.
    #[inline]
    fn enter_alone(&self) -> Option<WriteGuard<'_, T>> {
        // Acquire: pairs with the Release in the `drop` of the guards before: a writer's, or those of all readers since.
        // Relaxed: nothing is read on the strength of a failure.
        self.state.compare_exchange(UNLOCKED, WRITE_LOCKED, Acquire, Relaxed).ok()?;
        Some(WriteGuard { lock: self, not_send: PhantomData })
    }

    /// Sleeps until the state is no longer `WRITE_LOCKED`, again and again.
    #[cold]
    fn read_contended(&self, mut state: u32) -> ReadGuard<'_, T> {
        loop {
            assert!(state != MAX_READERS, "too many readers");
            futex::wait(&self.state, state);
            match self.enter() {
                Ok(guard) => return guard,
                Err(now) => state = now,
            }
        }
    }

    /// Sleeps until a writer is called, again and again.
    #[cold]
    fn write_contended(&self) -> WriteGuard<'_, T> {
        loop {
            // Acquire: pairs with the Release in `call_writer`. Whoever has read the call finds the lock as the caller left
            // it, and not as it was before.
            let calls = self.calls.load(Acquire);
            if let Some(guard) = self.enter_alone() {
                return guard;
            }
            futex::wait(&self.calls, calls);
        }
    }

    /// Lets a writer know that the lock has become free.
    fn call_writer(&self) {
        // Release: pairs with the Acquire in `write_contended`, so that who reads the call finds the lock free.
        self.calls.fetch_add(1, Release);
        futex::wake_one(&self.calls);
    }
}

impl<T: fmt::Debug> fmt::Debug for RwLock<T> {
    /// Shows the data if no writer is inside. Never blocks.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lock = f.debug_struct("RwLock");
        match self.try_read() {
            Some(data) => lock.field("data", &*data).finish(),
            None => lock.field("data", &format_args!("<locked>")).finish(),
        }
    }
}

/// Proof that its owner is inside with other readers: gives `&T`, and leaves when it is dropped.
#[must_use = "a guard that is not kept leaves at once"]
pub struct ReadGuard<'a, T> {
    lock: &'a RwLock<T>,
    /// Guards stay on their thread, as std's do.
    not_send: PhantomData<*const ()>,
}

// SAFETY: `&ReadGuard<T>` gives `&T` and nothing more, so sharing a guard shares the `T`.
unsafe impl<T: Sync> Sync for ReadGuard<'_, T> {}

impl<T> Deref for ReadGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: while this guard exists there is no `WriteGuard` (invariants 1 and 2), and what earlier ones did happens
        // before (invariant 3). So nobody writes.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> Drop for ReadGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Release: pairs with the Acquire in `enter_alone`; what this reader saw happens before what the next writer does.
        if self.lock.state.fetch_sub(1, Release) == 1 {
            self.lock.call_writer();
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for ReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// Proof that its owner is inside alone: gives `&mut T`, and leaves when it is dropped.
#[must_use = "a guard that is not kept leaves at once"]
pub struct WriteGuard<'a, T> {
    lock: &'a RwLock<T>,
    /// Guards stay on their thread, as std's do.
    not_send: PhantomData<*const ()>,
}

// SAFETY: `&WriteGuard<T>` gives `&T` and nothing more, so sharing a guard shares the `T`.
unsafe impl<T: Sync> Sync for WriteGuard<'_, T> {}

impl<T> Deref for WriteGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this guard is the only one (invariant 1), what earlier ones did happens before (invariant 3), and `&self`
        // keeps `deref_mut` away.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for WriteGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard is the only one (invariant 1), what earlier ones did happens before (invariant 3), and `&mut
        // self` makes this the only reference from it.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T> Drop for WriteGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Release: pairs with the Acquire in `enter` and `enter_alone`; what this writer did happens before what they see.
        self.lock.state.store(UNLOCKED, Release);
        self.lock.call_writer();
        futex::wake_all(&self.lock.state);
    }
}

impl<T: fmt::Debug> fmt::Debug for WriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
