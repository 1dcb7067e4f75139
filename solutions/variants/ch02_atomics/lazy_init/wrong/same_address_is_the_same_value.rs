//! A loser tells its value from the winner's by the address. Values of no size all have the same one.
//!
//! Rejected by: loser_drops_its_value_once
//! Because: made twice

use std::marker::PhantomData;
use std::ptr;
use sync::atomic::{
    AtomicPtr,
    Ordering::{Acquire, Release},
};

/// A value on the heap that is made on first use.
///
/// The first to finish making one wins. Nobody waits: several threads may make a value at once, and all but one are dropped.
pub struct LazyBox<T> {
    value: AtomicPtr<T>,
    /// An `AtomicPtr` is `Send` and `Sync` whatever it points to. This is neither, so that the `impl`s below decide.
    owns: PhantomData<*mut T>,
}

// SAFETY: the box owns its `T`, and sending it sends that.
unsafe impl<T: Send> Send for LazyBox<T> {}

// SAFETY: threads that share the box share the `T`, which takes `T: Sync`. And one of them may make it that is not the one
// to drop it, which takes `T: Send`. The value is made before it is used (invariant 2).
unsafe impl<T: Send + Sync> Sync for LazyBox<T> {}

impl<T> LazyBox<T> {
    /// A box without a value.
    pub const fn new() -> Self {
        Self { value: AtomicPtr::new(ptr::null_mut()), owns: PhantomData }
    }

    /// The value, if there is one.
    #[inline]
    pub fn get(&self) -> Option<&T> {
        // Acquire: pairs with the Release in `race`, so that we see the value behind the pointer.
        let value = self.value.load(Acquire);
        // SAFETY: null, or a value that stays as long as this borrow of the box (invariant 1) and that was made before
        // (invariant 2).
        unsafe { value.as_ref() }
    }

    /// The value; if there is none, makes one.
    ///
    /// If several threads do so at once, the first to finish wins, all get its value, and the others drop theirs. Never
    /// waits for another thread.
    ///
    /// # Panics
    ///
    /// If `make` does. There is no value then, and the next call makes one.
    #[inline]
    pub fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        match self.get() {
            Some(value) => value,
            None => self.race(make()),
        }
    }

    /// Puts the value in, if there is none yet; returns the one that is there.
    #[cold]
    fn race(&self, value: T) -> &T {
        let mine = Box::into_raw(Box::new(value));
        // Release: pairs with the Acquire in `get` and with the one here of a thread that loses. Acquire on failure: pairs
        // with the Release of the winner, whose value we return.
        match self.value.compare_exchange(ptr::null_mut(), mine, Release, Acquire) {
            // SAFETY: ours, and it stays as long as this borrow of the box (invariant 1).
            Ok(_) => unsafe { &*mine },
            Err(theirs) => {
                assert!(!std::ptr::eq(theirs, mine), "made twice");
                // SAFETY: it comes from `Box::into_raw` above, and nobody else has seen it.
                drop(unsafe { Box::from_raw(mine) });
                // SAFETY: not null, as the exchange failed; see `get`.
                unsafe { &*theirs }
            }
        }
    }
}

impl<T> Default for LazyBox<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Drop for LazyBox<T> {
    fn drop(&mut self) {
        let value = *self.value.get_mut();
        if !value.is_null() {
            // SAFETY: it comes from `Box::into_raw` (invariant 1), and nobody borrows from the box any more.
            drop(unsafe { Box::from_raw(value) });
        }
    }
}
