//! Shared ownership that can be taken back: whoever is alone may change the data, or take it.
//!
//! # Invariants
//!
//! 1. `count` is the number of handles, those that were forgotten (`mem::forget`) included. A new handle is made from one
//!    that exists, so while there is a handle the count is not 0, and it never comes back from 0.
//! 2. Every use of the data, and every access to the count, happens before the data is dropped and the memory freed: a
//!    handle is used before it is dropped, its decrement is a release operation, and the last decrement reads the end of the
//!    release sequence of each other one, with an acquire fence behind it.
//! 3. A thread that has the only handle to itself (`&mut Arc<T>`, or the `Arc<T>`) stays alone for as long: a handle can
//!    only be made from that one. What others did happens before, if the load that finds 1 acquires.

use std::marker::PhantomData;
use std::mem;
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
/// It has a name so that `Box` can make it unsized: see [`From<Box<Inner<T>>>`](Arc#impl-From<Box<Inner<T>>>-for-Arc<T>).
pub struct Inner<T: ?Sized> {
    count: AtomicUsize,
    data: UnsafeCell<T>,
}

impl<T> Inner<T> {
    /// Data with one handle, which is still to be made.
    pub const fn new(data: T) -> Self {
        Self { count: AtomicUsize::new(1), data: UnsafeCell::new(data) }
    }
}

/// Shared ownership of a `T`: the last handle that is dropped drops it.
///
/// The handle is one pointer (two, if `T` is unsized). Nothing blocks.
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

impl<T> Arc<T> {
    /// Puts the data on the heap, with one handle.
    pub fn new(data: T) -> Self {
        Self::from(Box::new(Inner::new(data)))
    }

    /// As [`new`](Self::new), and as if `clones` clones had been forgotten (`mem::forget`): the way to the limit for those
    /// who cannot wait for so many calls. The data is never dropped unless `clones` is 0.
    ///
    /// # Panics
    ///
    /// If there would be more than [`MAX_REFCOUNT`] handles.
    pub fn with_forgotten_clones(data: T, clones: usize) -> Self {
        assert!(clones < MAX_REFCOUNT, "too many handles");
        let mut inner = Box::new(Inner::new(data));
        inner.count = AtomicUsize::new(1 + clones);
        Self::from(inner)
    }

    /// Takes the data out if this is the only handle; otherwise gives the handle back.
    ///
    /// Of two threads that call this with the last two handles, it may be that both get theirs back.
    ///
    /// # Errors
    ///
    /// The handle, if there are others.
    pub fn try_unwrap(this: Self) -> Result<T, Self> {
        if !this.is_unique() {
            return Err(this);
        }
        let inner = this.inner;
        // The count stays at 1, and nobody looks at it any more.
        mem::forget(this);
        // SAFETY: it comes from `Box::leak`, and there was no other handle (invariant 3).
        let inner = unsafe { Box::from_raw(inner.as_ptr()) };
        Ok(inner.data.into_inner())
    }
}

impl<T: Clone> Arc<T> {
    /// The data, to change it. If there are other handles, they keep the old data, and this one gets a clone of it.
    pub fn make_mut(this: &mut Self) -> &mut T {
        if !this.is_unique() {
            *this = Self::new((**this).clone());
        }
        // SAFETY: this is the only handle, one way or the other, and stays so while it is borrowed (invariant 3).
        unsafe { &mut *this.inner().data.get() }
    }
}

/// Takes over what the box holds.
///
/// `Box<Inner<[u8; 3]>>` becomes `Box<Inner<[u8]>>` by itself, and `Box<Inner<F>>` becomes `Box<Inner<dyn Fn()>>`. std's
/// `Arc` does that too; ours cannot, since the trait that asks for it (`CoerceUnsized`) is not stable.
impl<T: ?Sized> From<Box<Inner<T>>> for Arc<T> {
    fn from(inner: Box<Inner<T>>) -> Self {
        Self { inner: NonNull::from(Box::leak(inner)), owns: PhantomData }
    }
}

impl<T: ?Sized> Arc<T> {
    /// Do both point to the same data?
    pub fn ptr_eq(this: &Self, other: &Self) -> bool {
        std::ptr::addr_eq(this.inner.as_ptr(), other.inner.as_ptr())
    }

    /// The data, to change it, if this is the only handle.
    #[inline]
    pub fn get_mut(this: &mut Self) -> Option<&mut T> {
        if !this.is_unique() {
            return None;
        }
        // SAFETY: this is the only handle, and stays so while it is borrowed (invariant 3).
        Some(unsafe { &mut *this.inner().data.get() })
    }

    /// Is this the only handle? The answer keeps only if the caller has it to itself.
    #[inline]
    fn is_unique(&self) -> bool {
        // Acquire: pairs with the Release in `drop`; what the others did with the data happens before what we do now.
        self.inner().count.load(Acquire) == 1
    }

    #[inline]
    fn inner(&self) -> &Inner<T> {
        // SAFETY: this handle is counted, so nothing is freed while it exists (invariants 1 and 2). A `&mut Inner<T>` is
        // made of nothing but the last one.
        unsafe { self.inner.as_ref() }
    }

    /// Drops the data and frees the memory.
    ///
    /// # Safety
    ///
    /// The caller has dropped the last handle, and all that others did happens before.
    #[cold]
    unsafe fn free(inner: NonNull<Inner<T>>) {
        // SAFETY: it comes from `Box::leak`, and nobody else has it any more, as the caller promises.
        drop(unsafe { Box::from_raw(inner.as_ptr()) });
    }
}

impl<T: ?Sized> Clone for Arc<T> {
    /// One more handle of the same data.
    ///
    /// # Aborts
    ///
    /// Ends the process if there are more than [`MAX_REFCOUNT`] handles: so many can only be there if nearly all were
    /// forgotten, and a count that overflows would free the data under their eyes.
    #[inline]
    fn clone(&self) -> Self {
        // Relaxed: nobody learns anything from this increment. That the count does not reach 0 before is due to the handle
        // that we have; that it comes before the decrement of the new handle, to whatever carries that to another thread.
        if self.inner().count.fetch_add(1, Relaxed) > MAX_REFCOUNT {
            // The count is too large already. To make it 0, half as many threads as there are addresses would have to be
            // between the two lines at once.
            process::abort();
        }
        Self { inner: self.inner, owns: PhantomData }
    }
}

impl<T: ?Sized> Deref for Arc<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this handle is counted, so the data is there (invariants 1 and 2). A `&mut T` is given out only for the only
        // handle (invariant 3), and keeps that borrowed: there is none while we have a `&self`.
        unsafe { &*self.inner().data.get() }
    }
}

impl<T: ?Sized> Drop for Arc<T> {
    #[inline]
    fn drop(&mut self) {
        // Release: pairs with the fence of whoever drops the last handle, and with the Acquire in `is_unique`; our uses happen
        // before the data is dropped, changed or taken. If we are not the last, the memory may be gone as soon as this is done,
        // and we do not touch it again.
        if self.inner().count.fetch_sub(1, Release) == 1 {
            // Acquire: pairs with the Release of every other decrement. Ours reads the end of their release sequences.
            fence(Acquire);
            // SAFETY: the count was 1, so this was the last handle (invariant 1); the fence orders what others did
            // (invariant 2).
            unsafe { Self::free(self.inner) };
        }
    }
}
