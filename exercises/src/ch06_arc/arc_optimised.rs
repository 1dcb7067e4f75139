//! `Arc` and `Weak` in the layout of the standard library: without a `Weak`, you pay for one counter.
//!
//! The book's page on this exercise: chapter 6, "One counter for most".

use std::marker::PhantomData;
use std::mem::{self, ManuallyDrop};
use std::ops::Deref;
use std::process;
use std::ptr::NonNull;
use sync::atomic::{AtomicUsize, Ordering, fence};
use sync::cell::UnsafeCell;
use sync::hint;

/// The most handles that there may be.
pub const MAX_REFCOUNT: usize = isize::MAX as usize;

/// The data and what is counted: what all handles point to.
///
/// It has a name so that `Box` can make it unsized, as in the stages before.
pub struct Inner<T: ?Sized> {
    /// `Arc`s.
    strong: AtomicUsize,
    /// `Weak`s, and one for all `Arc`s together. Or a value that says that `get_mut` looks at
    /// `strong`, and that no `Weak` may be made meanwhile.
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

// Your turn: for which `T` may an `Arc<T>` go to another thread, and for which may threads share one? A raw pointer is
// neither `Send` nor `Sync`, so you have to say it: two `unsafe impl`, with bounds, and why they are sound.

/// A handle that keeps the memory, and the data only for as long as an [`Arc`] does.
pub struct Weak<T: ?Sized> {
    inner: NonNull<Inner<T>>,
}

// Your turn: the same for `Weak`.

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
        // Your counters may mean something else: see to it that this is true then.
        let mut inner = Box::new(Inner::new(data));
        inner.strong = AtomicUsize::new(1 + clones);
        inner.weak = AtomicUsize::new(1 + weaks);
        Self::from(inner)
    }

    /// Data that has a weak handle of itself: `data` is given one, whose `upgrade` fails until `data` has returned.
    ///
    /// If `data` panics, so does this, and the memory is freed with the last handle that `data` has made.
    pub fn new_cyclic(data: impl FnOnce(&Weak<T>) -> T) -> Self {
        todo!()
    }
}

impl<T: ?Sized> From<Box<Inner<T>>> for Arc<T> {
    fn from(inner: Box<Inner<T>>) -> Self {
        todo!()
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
        todo!()
    }

    /// The data, to change it, if there is no other handle, neither an `Arc` nor a `Weak`.
    pub fn get_mut(this: &mut Self) -> Option<&mut T> {
        todo!()
    }
}

impl<T: ?Sized> Clone for Arc<T> {
    /// One more handle of the same data.
    ///
    /// # Aborts
    ///
    /// Ends the process if there are more than [`MAX_REFCOUNT`] handles.
    fn clone(&self) -> Self {
        todo!()
    }
}

impl<T: ?Sized> Deref for Arc<T> {
    type Target = T;

    fn deref(&self) -> &T {
        todo!()
    }
}

impl<T: ?Sized> Drop for Arc<T> {
    fn drop(&mut self) {
        todo!()
    }
}

impl<T: ?Sized> Weak<T> {
    /// An `Arc` of the same data, if there is still one.
    ///
    /// # Aborts
    ///
    /// Ends the process if there are more than [`MAX_REFCOUNT`] handles.
    pub fn upgrade(&self) -> Option<Arc<T>> {
        todo!()
    }
}

impl<T: ?Sized> Clone for Weak<T> {
    /// One more weak handle of the same data.
    ///
    /// # Aborts
    ///
    /// Ends the process if there are more than [`MAX_REFCOUNT`] weak handles.
    fn clone(&self) -> Self {
        todo!()
    }
}

impl<T: ?Sized> Drop for Weak<T> {
    fn drop(&mut self) {
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test arc_optimised` does.
fn grade() {}
