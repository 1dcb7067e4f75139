//! `Arc` and `Weak` in the layout of the standard library: without a `Weak`, you pay for one counter.
//!
//! All `Arc`s together are one handle in `weak`, the *strong handle*. The last `Arc` gives it back. So `clone` and a `drop`
//! that is not the last touch `strong` alone.
//!
//! The price is that no single counter says any more whether an `Arc` is the only handle. `get_mut` needs both: that there is
//! no `Weak` and that there is no other `Arc`, at one moment. It locks `weak` for as long as it looks at `strong`.
//!
//! # Invariants
//!
//! 1. `strong` is the number of `Arc`s, those that were forgotten included. Except in `new_cyclic`, it never comes back
//!    from 0: `upgrade` adds to it only where it is not 0.
//! 2. `weak` is the number of `Weak`s, and one more while there is an `Arc`; or `LOCKED`. It is `LOCKED` only while a thread
//!    has a `&mut Arc` and there is no `Weak`.
//! 3. Every use of the data happens before it is dropped, and that and every access to a counter before the memory is freed:
//!    each decrement is a release operation, and whoever brings a counter to 0 has an acquire fence behind it.
//! 4. If `get_mut` finds `weak` at 1, and `strong` at 1 while it is locked, its handle is the only one, and stays so while it
//!    is borrowed. The chapter's page proves it.

use std::marker::PhantomData;
use std::mem::{self, ManuallyDrop};
use std::ops::Deref;
use std::process;
use std::ptr::NonNull;
use sync::atomic::{
    AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
    fence,
};
use sync::cell::UnsafeCell;
use sync::hint;

/// The most handles that there may be.
pub const MAX_REFCOUNT: usize = isize::MAX as usize;

/// `get_mut` looks at `strong`: no `Weak` may be made meanwhile.
const LOCKED: usize = usize::MAX;

/// The data and what is counted: what all handles point to.
///
/// It has a name so that `Box` can make it unsized, as in the stages before.
pub struct Inner<T: ?Sized> {
    /// `Arc`s.
    strong: AtomicUsize,
    /// `Weak`s, and one for all `Arc`s together. Or `LOCKED`.
    weak: AtomicUsize,
    /// Dropped by the last `Arc`, which may be long before the memory is freed.
    data: UnsafeCell<ManuallyDrop<T>>,
}

impl<T> Inner<T> {
    /// Data with one `Arc`, which is still to be made.
    pub const fn new(data: T) -> Self {
        Self {
            strong: AtomicUsize::new(1),
            weak: AtomicUsize::new(1),
            data: UnsafeCell::new(ManuallyDrop::new(data)),
        }
    }
}

/// Shared ownership of a `T`: the last `Arc` that is dropped drops it. Only `downgrade` can block.
pub struct Arc<T: ?Sized> {
    inner: NonNull<Inner<T>>,
    /// Dropping a handle may drop a `T`, and the borrow checker should know that.
    owns: PhantomData<Inner<T>>,
}

// SAFETY: two handles in two threads share the `T`, which takes `T: Sync`; and the last one drops it, perhaps in another
// thread than the one that made it, which takes `T: Send`.
unsafe impl<T: ?Sized + Send + Sync> Send for Arc<T> {}
// SAFETY: from a `&Arc<T>` another thread makes a handle of its own, by `clone`. So sharing one is as good as sending one.
unsafe impl<T: ?Sized + Send + Sync> Sync for Arc<T> {}

/// A handle that keeps the memory, and the data only for as long as an [`Arc`] does.
pub struct Weak<T: ?Sized> {
    inner: NonNull<Inner<T>>,
}

// SAFETY: `upgrade` makes an `Arc` of it, so it may go wherever an `Arc` may.
unsafe impl<T: ?Sized + Send + Sync> Send for Weak<T> {}
// SAFETY: as above, by `clone`.
unsafe impl<T: ?Sized + Send + Sync> Sync for Weak<T> {}

impl<T> Arc<T> {
    /// Puts the data on the heap, with one handle.
    pub fn new(data: T) -> Self {
        Self::from(Box::new(Inner::new(data)))
    }

    /// As [`new`](Self::new), and as if `clones` clones and `weaks` weak handles had been forgotten (`mem::forget`): the way
    /// to the limit for those who cannot wait for so many calls.
    ///
    /// # Panics
    ///
    /// If there would be more than [`MAX_REFCOUNT`] handles.
    pub fn with_forgotten(data: T, clones: usize, weaks: usize) -> Self {
        assert!(clones.saturating_add(weaks) < MAX_REFCOUNT, "too many handles");
        let mut inner = Box::new(Inner::new(data));
        inner.strong = AtomicUsize::new(1 + clones);
        inner.weak = AtomicUsize::new(1 + weaks);
        Self::from(inner)
    }

    /// Data that has a weak handle of itself: `data` is given one, whose `upgrade` fails until `data` has returned.
    ///
    /// If `data` panics, so does this, and the memory is freed with the last handle that `data` has made.
    pub fn new_cyclic(data: impl FnOnce(&Weak<T>) -> T) -> Self {
        let inner = Box::leak(Box::<Inner<T>>::new_uninit()).as_mut_ptr();
        // SAFETY: the memory is there and nobody has it. `data` is left as it is: `strong` being 0, nobody uses it.
        unsafe {
            (&raw mut (*inner).strong).write(AtomicUsize::new(0));
            (&raw mut (*inner).weak).write(AtomicUsize::new(1));
        }
        // SAFETY: not null.
        let inner = unsafe { NonNull::new_unchecked(inner) };
        // If `data` panics, this one is dropped.
        let weak = Weak { inner };
        let value = data(&weak);
        // SAFETY: nobody uses the data while `strong` is 0.
        unsafe {
            (&raw mut (*inner.as_ptr()).data).write(UnsafeCell::new(ManuallyDrop::new(value)))
        };
        // Release: pairs with the Acquire in `upgrade`, so that who finds 1 finds the data too.
        weak.strong().store(1, Release);
        // What it counts for in `weak` is now the strong handle.
        mem::forget(weak);
        Self { inner, owns: PhantomData }
    }
}

impl<T: ?Sized> From<Box<Inner<T>>> for Arc<T> {
    fn from(inner: Box<Inner<T>>) -> Self {
        Self { inner: NonNull::from(Box::leak(inner)), owns: PhantomData }
    }
}

/// One handle more, or the end: whoever forgets so many would make the counter overflow, and free what is in use.
#[inline]
fn count(counter: &AtomicUsize) {
    // Relaxed: nobody learns anything from an increment. The counter does not reach 0 before, due to a handle that the caller
    // has; and it comes before the decrement of the new handle, due to whatever carries that to another thread.
    if counter.fetch_add(1, Relaxed) > MAX_REFCOUNT {
        process::abort();
    }
}

impl<T: ?Sized> Arc<T> {
    /// Do both point to the same data?
    pub fn ptr_eq(this: &Self, other: &Self) -> bool {
        std::ptr::addr_eq(this.inner.as_ptr(), other.inner.as_ptr())
    }

    /// A weak handle of the same data.
    ///
    /// Blocks by spinning while another thread is in `get_mut`, which takes a few instructions.
    ///
    /// # Aborts
    ///
    /// Ends the process if there are more than [`MAX_REFCOUNT`] weak handles.
    pub fn downgrade(this: &Self) -> Weak<T> {
        // Relaxed: a guess. The compare-exchange looks again.
        let mut weak = this.inner().weak.load(Relaxed);
        loop {
            if weak == LOCKED {
                hint::spin_loop();
                // Relaxed: as above.
                weak = this.inner().weak.load(Relaxed);
                continue;
            }
            if weak > MAX_REFCOUNT {
                process::abort();
            }
            // Relaxed: nobody learns anything from an increment. That no `get_mut` misses us is due to our `Arc`: `get_mut`
            // counts it in `strong`, or acquires its decrement there, and this happens before that (invariant 4).
            // Relaxed on failure: as for the load.
            match this.inner().weak.compare_exchange_weak(weak, weak + 1, Relaxed, Relaxed) {
                Ok(_) => return Weak { inner: this.inner },
                Err(now) => weak = now,
            }
        }
    }

    /// The data, to change it, if there is no other handle, neither an `Arc` nor a `Weak`.
    #[inline]
    pub fn get_mut(this: &mut Self) -> Option<&mut T> {
        if !this.is_unique() {
            return None;
        }
        // SAFETY: this is the only handle, and stays so while it is borrowed (invariant 4).
        Some(unsafe { &mut *this.inner().data.get() })
    }

    /// Is this the only handle? The caller has it to itself.
    fn is_unique(&mut self) -> bool {
        let Inner { strong, weak, .. } = self.inner();
        // Acquire: pairs with the Release in the `drop` of a `Weak`. If that was upgraded before, we see it in `strong`.
        // Relaxed on failure: there are `Weak`s, and that is all.
        if weak.compare_exchange(1, LOCKED, Acquire, Relaxed).is_err() {
            return false;
        }
        // Acquire: pairs with the Release in the `drop` of an `Arc`; what it was used for happens before what we do now.
        let is_unique = strong.load(Acquire) == 1;
        // Relaxed: nothing is published, and nobody has to learn of our look at `strong` (invariant 4).
        weak.store(1, Relaxed);
        is_unique
    }

    /// Drops the data and gives the strong handle back.
    ///
    /// # Safety
    ///
    /// The caller has dropped the last `Arc`, and all that others did with the data happens before.
    #[cold]
    unsafe fn end(inner: NonNull<Inner<T>>) {
        // The strong handle: given back last, also if the drop of the data panics.
        let _weak = Weak { inner };
        // SAFETY: the strong handle keeps the memory, and nobody uses the data any more, as the caller promises.
        unsafe { ManuallyDrop::drop(&mut *(*inner.as_ptr()).data.get()) };
    }

    #[inline]
    fn inner(&self) -> &Inner<T> {
        // SAFETY: this handle is counted, so the memory is there (invariants 2 and 3). A `&mut Inner<T>` is made of nothing
        // but the last handle.
        unsafe { self.inner.as_ref() }
    }
}

impl<T: ?Sized> Clone for Arc<T> {
    /// One more handle of the same data.
    ///
    /// # Aborts
    ///
    /// Ends the process if there are more than [`MAX_REFCOUNT`] handles.
    #[inline]
    fn clone(&self) -> Self {
        count(&self.inner().strong);
        Self { inner: self.inner, owns: PhantomData }
    }
}

impl<T: ?Sized> Deref for Arc<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this `Arc` is counted in `strong`, so the data was not dropped (invariants 1 and 3). A `&mut T` is given out
        // only for the only handle (invariant 4), and keeps that borrowed: there is none while we have a `&self`.
        unsafe { &*self.inner().data.get() }
    }
}

impl<T: ?Sized> Drop for Arc<T> {
    #[inline]
    fn drop(&mut self) {
        // Release: pairs with the fence of whoever drops the last `Arc`, and with the Acquire in `get_mut`; our uses happen
        // before the data is dropped or changed.
        if self.inner().strong.fetch_sub(1, Release) == 1 {
            // Acquire: pairs with the Release of every other decrement of `strong`.
            fence(Acquire);
            // SAFETY: this was the last `Arc`, and none comes after it (invariant 1). All uses happen before (invariant 3).
            unsafe { Self::end(self.inner) };
        }
    }
}

impl<T: ?Sized> Weak<T> {
    /// An `Arc` of the same data, if there is still one.
    ///
    /// # Aborts
    ///
    /// Ends the process if there are more than [`MAX_REFCOUNT`] handles.
    pub fn upgrade(&self) -> Option<Arc<T>> {
        // Relaxed: a guess. The compare-exchange looks again.
        let mut strong = self.strong().load(Relaxed);
        loop {
            if strong == 0 {
                return None;
            }
            if strong > MAX_REFCOUNT {
                process::abort();
            }
            // Acquire: pairs with the Release store in `new_cyclic`, so that we find the data. Any other handle has come to us
            // in a way that brings the data along.
            // Relaxed on failure: as for the load.
            match self.strong().compare_exchange_weak(strong, strong + 1, Acquire, Relaxed) {
                Ok(_) => return Some(Arc { inner: self.inner, owns: PhantomData }),
                Err(now) => strong = now,
            }
        }
    }

    // Not a `&Inner<T>`: while `new_cyclic` is at work there is no `T` in it.

    #[inline]
    fn strong(&self) -> &AtomicUsize {
        // SAFETY: this handle is counted in `weak`, so the memory is there (invariants 2 and 3).
        unsafe { &(*self.inner.as_ptr()).strong }
    }

    #[inline]
    fn weak(&self) -> &AtomicUsize {
        // SAFETY: as in `strong`.
        unsafe { &(*self.inner.as_ptr()).weak }
    }
}

impl<T: ?Sized> Clone for Weak<T> {
    /// One more weak handle of the same data.
    ///
    /// # Aborts
    ///
    /// Ends the process if there are more than [`MAX_REFCOUNT`] weak handles.
    #[inline]
    fn clone(&self) -> Self {
        // While there is a `Weak`, `get_mut` does not lock.
        count(self.weak());
        Self { inner: self.inner }
    }
}

impl<T: ?Sized> Drop for Weak<T> {
    #[inline]
    fn drop(&mut self) {
        // Release: pairs with the fence below of whoever drops the last handle, and with the Acquire in `get_mut`.
        if self.weak().fetch_sub(1, Release) == 1 {
            // Acquire: pairs with the Release of every other decrement of `weak`.
            fence(Acquire);
            // SAFETY: it comes from a `Box`, and this was the last handle; all accesses happen before (invariant 3). The data
            // was dropped by the last `Arc`, or never made, and is not dropped here: it is in a `ManuallyDrop`.
            drop(unsafe { Box::from_raw(self.inner.as_ptr()) });
        }
    }
}
