//! A reader-writer lock whose writers have a word of their own to sleep on: readers that come and go leave them alone.
//!
//! The book's page on this exercise: chapter 9, "Writers that sleep".

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use sync::atomic::{AtomicU32, Ordering};
use sync::cell::UnsafeCell;
use sync::futex;

/// As many readers may be inside at once. Choose your own.
pub const MAX_READERS: u32 = u32::MAX - 1;

/// Many readers or one writer, around the data that they read and write.
pub struct RwLock<T> {
    /// Who is inside. Readers who wait sleep on this word.
    state: AtomicU32,
    /// Writers who wait sleep on this word. Your turn: say what its values mean.
    writers: AtomicU32,
    data: UnsafeCell<T>,
}

// SAFETY: as in the exercise before.
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
            writers: AtomicU32::new(0),
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
    pub fn read(&self) -> ReadGuard<'_, T> {
        todo!()
    }

    /// Goes in beside other readers; `None` if a writer or [`MAX_READERS`] readers are inside.
    ///
    /// Never blocks, and never fails for another reason.
    pub fn try_read(&self) -> Option<ReadGuard<'_, T>> {
        todo!()
    }

    /// Waits until nobody is inside, and goes in alone.
    ///
    /// Blocks by sleeping. A thread that has a guard already waits for itself for ever.
    pub fn write(&self) -> WriteGuard<'_, T> {
        todo!()
    }

    /// Goes in alone; `None` if anybody is inside.
    ///
    /// Never blocks, and never fails for another reason.
    pub fn try_write(&self) -> Option<WriteGuard<'_, T>> {
        todo!()
    }

    /// The data. `&mut self` shows that nobody is inside.
    pub fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }

    /// Takes the lock apart. No one else has it, so there is nothing to wait for.
    pub fn into_inner(self) -> T {
        self.data.into_inner()
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

// SAFETY: as in the exercise before.
unsafe impl<T: Sync> Sync for ReadGuard<'_, T> {}

impl<T> Deref for ReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: as in the exercise before.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> Drop for ReadGuard<'_, T> {
    fn drop(&mut self) {
        todo!()
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

// SAFETY: as in the exercise before.
unsafe impl<T: Sync> Sync for WriteGuard<'_, T> {}

impl<T> Deref for WriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: as in the exercise before.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for WriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in the exercise before.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T> Drop for WriteGuard<'_, T> {
    fn drop(&mut self) {
        todo!()
    }
}

impl<T: fmt::Debug> fmt::Debug for WriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test rwlock_no_busy_writers` does.
fn grade() {}
