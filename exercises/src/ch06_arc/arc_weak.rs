//! Handles that keep the memory and not the data: `Weak`.
//!
//! Two counters, after two questions. May the data be used? While there is an `Arc`. May the memory be freed? When there is
//! neither an `Arc` nor a `Weak`. Every `Arc` counts in both.
//!
//! # Invariants
//!
//! 1. `strong` is the number of `Arc`s, those that were forgotten (`mem::forget`) included. Except in `new_cyclic`, it never
//!    comes back from 0: `upgrade` adds to it only where it is not 0.
//! 2. `handles` is the number of `Arc`s and `Weak`s together, the forgotten ones too. Whoever makes one has one, so while there
//!    is a handle it is not 0, and it never comes back from 0.
//! 3. Every use of the data happens before it is dropped, and that and every access to a counter before the memory is freed:
//!    each decrement is a release operation, and whoever brings a counter to 0 has an acquire fence behind it.
//! 4. A thread with the only handle to itself (`&mut Arc<T>`) stays alone for as long: handles are made from handles.

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

/// The most handles that there may be.
pub const MAX_REFCOUNT: usize = isize::MAX as usize;

/// The data and what is counted: what all handles point to.
///
/// It has a name so that `Box` can make it unsized, as in the stages before.
pub struct Inner<T: ?Sized> {
    /// `Arc`s.
    strong: AtomicUsize,
    /// `Arc`s and `Weak`s.
    handles: AtomicUsize,
    /// Dropped by the last `Arc`, which may be long before the memory is freed.
    data: UnsafeCell<ManuallyDrop<T>>,
}

impl<T> Inner<T> {
    /// Data with one `Arc`, which is still to be made.
    pub const fn new(data: T) -> Self {
        Self {
            strong: AtomicUsize::new(1),
            handles: AtomicUsize::new(1),
            data: UnsafeCell::new(ManuallyDrop::new(data)),
        }
    }
}

/// Shared ownership of a `T`: the last `Arc` that is dropped drops it. Nothing blocks.
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
        inner.handles = AtomicUsize::new(1 + clones + weaks);
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
            (&raw mut (*inner).handles).write(AtomicUsize::new(1));
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
        // Its place in `handles` goes to the `Arc`.
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
    /// # Aborts
    ///
    /// Ends the process if there are more than [`MAX_REFCOUNT`] handles.
    pub fn downgrade(this: &Self) -> Weak<T> {
        count(&this.inner().handles);
        Weak { inner: this.inner }
    }

    /// The data, to change it, if there is no other handle, neither an `Arc` nor a `Weak`.
    #[inline]
    pub fn get_mut(this: &mut Self) -> Option<&mut T> {
        // Acquire: pairs with the Release of each decrement of `handles`; what the others did happens before what we do now.
        if this.inner().handles.load(Acquire) != 1 {
            return None;
        }
        // SAFETY: this is the only handle, and stays so while it is borrowed (invariant 4).
        Some(unsafe { &mut *this.inner().data.get() })
    }

    #[inline]
    fn inner(&self) -> &Inner<T> {
        // SAFETY: this handle is counted, so the memory is there (invariants 2 and 3). A `&mut Inner<T>` is made of nothing
        // but the last one.
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
        count(&self.inner().handles);
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
        // Our place in `handles`: given up last, also if the drop of the data panics.
        let _weak = Weak { inner: self.inner };
        // Release: pairs with the fence of whoever drops the last `Arc`; our uses happen before the data is dropped.
        if self.inner().strong.fetch_sub(1, Release) == 1 {
            // Acquire: pairs with the Release of every other decrement of `strong`.
            fence(Acquire);
            // SAFETY: this was the last `Arc`, and none comes after it (invariant 1). All uses happen before (invariant 3).
            unsafe { ManuallyDrop::drop(&mut *self.inner().data.get()) };
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
                Ok(_) => break,
                Err(now) => strong = now,
            }
        }
        // After `strong`: this `Weak` keeps the memory meanwhile.
        count(self.handles());
        Some(Arc { inner: self.inner, owns: PhantomData })
    }

    // Not a `&Inner<T>`: while `new_cyclic` is at work there is no `T` in it.

    #[inline]
    fn strong(&self) -> &AtomicUsize {
        // SAFETY: this handle is counted in `handles`, so the memory is there (invariants 2 and 3).
        unsafe { &(*self.inner.as_ptr()).strong }
    }

    #[inline]
    fn handles(&self) -> &AtomicUsize {
        // SAFETY: as in `strong`.
        unsafe { &(*self.inner.as_ptr()).handles }
    }
}

impl<T: ?Sized> Clone for Weak<T> {
    /// One more weak handle of the same data.
    ///
    /// # Aborts
    ///
    /// Ends the process if there are more than [`MAX_REFCOUNT`] handles.
    #[inline]
    fn clone(&self) -> Self {
        count(self.handles());
        Self { inner: self.inner }
    }
}

impl<T: ?Sized> Drop for Weak<T> {
    #[inline]
    fn drop(&mut self) {
        // Release: pairs with the fence below of whoever drops the last handle, and with the Acquire in `get_mut`.
        if self.handles().fetch_sub(1, Release) == 1 {
            // Acquire: pairs with the Release of every other decrement of `handles`.
            fence(Acquire);
            // SAFETY: it comes from a `Box`, and this was the last handle; all accesses happen before (invariant 3). The data
            // was dropped by the last `Arc`, or never made, and is not dropped here: it is in a `ManuallyDrop`.
            drop(unsafe { Box::from_raw(self.inner.as_ptr()) });
        }
    }
}
