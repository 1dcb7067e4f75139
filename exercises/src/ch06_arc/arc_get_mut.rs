//! Shared ownership that can be taken back: whoever is alone may change the data, or take it.
//!
//! The book's page on this exercise: chapter 6, "Alone with the data".

use std::marker::PhantomData;
use std::mem;
use std::ops::Deref;
use std::process;
use std::ptr::NonNull;
use sync::atomic::{AtomicUsize, Ordering, fence};
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

// Your turn: for which `T` may an `Arc<T>` go to another thread, and for which may threads share one? A raw pointer is
// neither `Send` nor `Sync`, so you have to say it: two `unsafe impl`, with bounds, and why they are sound.

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
        // Your count may mean something else: see to it that this is true then.
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
        todo!()
    }
}

impl<T: Clone> Arc<T> {
    /// The data, to change it. If there are other handles, they keep the old data, and this one gets a clone of it.
    pub fn make_mut(this: &mut Self) -> &mut T {
        todo!()
    }
}

/// Takes over what the box holds.
///
/// `Box<Inner<[u8; 3]>>` becomes `Box<Inner<[u8]>>` by itself, and `Box<Inner<F>>` becomes `Box<Inner<dyn Fn()>>`. std's
/// `Arc` does that too; ours cannot, since the trait that asks for it (`CoerceUnsized`) is not stable.
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

    /// The data, to change it, if this is the only handle.
    pub fn get_mut(this: &mut Self) -> Option<&mut T> {
        todo!()
    }
}

impl<T: ?Sized> Clone for Arc<T> {
    /// One more handle of the same data.
    ///
    /// # Aborts
    ///
    /// Ends the process if there are more than [`MAX_REFCOUNT`] handles: so many can only be there if nearly all were
    /// forgotten, and a count that overflows would free the data under their eyes.
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

#[test] // "Run test" in your editor grades this file, as `cargo test arc_get_mut` does.
fn grade() {}
