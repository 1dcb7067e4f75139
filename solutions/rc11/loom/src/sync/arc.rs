//! A shared value whose references are counted, and whose counting is explored.

use crate::registry;
use rc11::atomic::AtomicUsize;
use rc11::atomic::Ordering::{Acquire, Relaxed, Release};
use rc11::atomic::fence;
use rc11::track::Tracked;
use std::borrow::Borrow;
use std::cell::RefCell;
use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::pin::Pin;
use std::ptr::{self, NonNull};

/// A shared value, as std's `Arc`, without weak references. The model fails if one of them is leaked.
///
/// # Invariants
///
/// 1. `value` is the one std reference to the value, which all clones have the same bits of. Whoever counts down to 0 drops it.
/// 2. `count` stays where it is until the execution has ended.
pub struct Arc<T: ?Sized> {
    value: ManuallyDrop<std::sync::Arc<T>>,
    count: NonNull<Count>,
}

struct Count {
    references: AtomicUsize,
    /// Gone when the last reference is.
    tracked: RefCell<Option<Tracked<()>>>,
}

// SAFETY: as std's; the count is an atomic of the model, whose threads run on one OS thread.
unsafe impl<T: ?Sized + Send + Sync> Send for Arc<T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Send + Sync> Sync for Arc<T> {}

impl<T> Arc<T> {
    /// A value with one reference.
    #[track_caller]
    pub fn new(value: T) -> Self {
        Self::from_std(std::sync::Arc::new(value))
    }

    /// A value that stays where it is.
    #[track_caller]
    pub fn pin(value: T) -> Pin<Self> {
        // SAFETY: the value is behind a pointer, and only moves out of it if it is `Unpin`, or nobody has a `Pin`.
        unsafe { Pin::new_unchecked(Self::new(value)) }
    }

    /// The value, if this is the only reference.
    ///
    /// # Errors
    ///
    /// If there are others: then this one comes back.
    #[track_caller]
    pub fn try_unwrap(this: Self) -> Result<T, Self> {
        // Relaxed on success: the fence acquires. Relaxed on failure: nothing is done then.
        if this.count().references.compare_exchange(1, 0, Relaxed, Relaxed).is_err() {
            return Err(this);
        }
        // Acquire: pairs with the Release of those that have dropped their references.
        fence(Acquire);
        let this = ManuallyDrop::new(this);
        // SAFETY: the count is 0, so this is the last one (invariant 1), and it is not used again.
        let value = ManuallyDrop::into_inner(unsafe { ptr::read(&raw const this.value) });
        this.retire(&value);
        std::sync::Arc::try_unwrap(value)
            .map_err(|_| unreachable!("there is one std reference (invariant 1)"))
    }
}

impl<T: ?Sized> Arc<T> {
    /// A value that is in a std `Arc`, of which there must be no other reference.
    ///
    /// # Panics
    ///
    /// If there is one.
    #[track_caller]
    pub fn from_std(mut value: std::sync::Arc<T>) -> Self {
        assert!(std::sync::Arc::get_mut(&mut value).is_some(), "the std `Arc` is shared");
        let tracked = RefCell::new(Some(Tracked::new(())));
        let count = Box::new(Count { references: AtomicUsize::new(1), tracked });
        let pointer = NonNull::from(&*count);
        registry::set_count(std::sync::Arc::as_ptr(&value).addr(), count);
        Self { value: ManuallyDrop::new(value), count: pointer }
    }

    fn count(&self) -> &Count {
        // SAFETY: invariant 2.
        unsafe { self.count.as_ref() }
    }

    /// There are no references any more.
    fn retire(&self, value: &std::sync::Arc<T>) {
        registry::retire_count(std::sync::Arc::as_ptr(value).addr());
        let tracked = self.count().tracked.borrow_mut().take();
        drop(tracked);
    }

    /// How many references there are.
    #[track_caller]
    pub fn strong_count(this: &Self) -> usize {
        this.count().references.load(Relaxed)
    }

    /// Adds a reference to what `pointer` points to.
    ///
    /// # Safety
    ///
    /// `pointer` must be from [`Arc::into_raw`], and there must be a reference.
    #[track_caller]
    pub unsafe fn increment_strong_count(pointer: *const T) {
        // SAFETY: as promised by the caller. What is made here is not dropped.
        let this = ManuallyDrop::new(unsafe { Self::from_raw(pointer) });
        std::mem::forget(Self::clone(&this));
    }

    /// Takes a reference to what `pointer` points to away.
    ///
    /// # Safety
    ///
    /// `pointer` must be from [`Arc::into_raw`], and the reference must be the caller's.
    #[track_caller]
    pub unsafe fn decrement_strong_count(pointer: *const T) {
        // SAFETY: as promised by the caller.
        drop(unsafe { Self::from_raw(pointer) });
    }

    /// The value, if this is the only reference.
    #[track_caller]
    pub fn get_mut(this: &mut Self) -> Option<&mut T> {
        // Acquire: pairs with the Release of those that have dropped their references.
        let is_alone = this.count().references.load(Acquire) == 1;
        // SAFETY: nobody else has a reference, and there are no weak ones.
        is_alone.then(|| unsafe { &mut *std::sync::Arc::as_ptr(&this.value).cast_mut() })
    }

    /// Are they references to one value?
    pub fn ptr_eq(this: &Self, other: &Self) -> bool {
        std::sync::Arc::ptr_eq(&this.value, &other.value)
    }

    /// A pointer that stands for the reference.
    pub fn into_raw(this: Self) -> *const T {
        Self::as_ptr(&ManuallyDrop::new(this))
    }

    /// A pointer to the value.
    pub fn as_ptr(this: &Self) -> *const T {
        std::sync::Arc::as_ptr(&this.value)
    }

    /// The reference that a pointer stands for.
    ///
    /// # Safety
    ///
    /// `pointer` must be from [`Arc::into_raw`], each time for another reference.
    pub unsafe fn from_raw(pointer: *const T) -> Self {
        let count = registry::get_count(pointer.addr()).cast::<Count>().cast_mut();
        // SAFETY: as promised by the caller; the registry's pointer is to a `Count` that exists.
        unsafe {
            let value = ManuallyDrop::new(std::sync::Arc::from_raw(pointer));
            Self { value, count: NonNull::new_unchecked(count) }
        }
    }
}

impl<T: ?Sized> Clone for Arc<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        // Relaxed: who has a reference may make another.
        self.count().references.fetch_add(1, Relaxed);
        // SAFETY: invariant 1.
        Self { value: unsafe { ptr::read(&raw const self.value) }, count: self.count }
    }
}

impl<T: ?Sized> Drop for Arc<T> {
    #[track_caller]
    fn drop(&mut self) {
        // Release: pairs with the Acquire of the last one.
        if self.count().references.fetch_sub(1, Release) == 1 {
            // Acquire: pairs with the Release of all others.
            fence(Acquire);
            self.retire(&self.value);
            // SAFETY: the count is 0 (invariant 1).
            unsafe { ManuallyDrop::drop(&mut self.value) };
        }
    }
}

impl<T: ?Sized> Deref for Arc<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Default> Default for Arc<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for Arc<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: ?Sized> AsRef<T> for Arc<T> {
    fn as_ref(&self) -> &T {
        self
    }
}

impl<T: ?Sized> Borrow<T> for Arc<T> {
    fn borrow(&self) -> &T {
        self
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Arc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
