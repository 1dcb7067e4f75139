//! A cell that anybody may replace as a whole, and in which nobody waits: old values are put aside, and freed when an epoch
//! has passed.
//!
//! | a user's `epoch` | it reads |
//! |---|---|
//! | [`OUTSIDE`] | nothing |
//! | `e` | the value that was in the cell in epoch `e`, or a later one |
//!
//! # Invariants
//!
//! 1. Epochs begin with replacements: a value is taken out of the cell first, and the epoch that ends by that is noted beside it.
//! 2. A user reads an epoch, announces it, and only then reads the pointer. If it has read an epoch later than the one noted beside
//!    a value, the value was out of the cell by then, and it reads another one.
//! 3. A fence lies between a user's announcement and its pointer; and one between a replacement and its look at the
//!    announcements. So either the announcement is seen, or the user sees the new pointer.
//! 4. A value is freed if each user that has announced an epoch has announced a later one than is noted beside the value. By 2 and 3, none
//!    of them reads it, or will.
//! 5. Each announcement and each list of values put aside has one [`Handle`], and that has one [`Guard`] at a time.

use std::marker::PhantomData;
use std::ops::Deref;
use sync::atomic::{
    AtomicPtr, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release, SeqCst},
    fence,
};
use sync::cell::UnsafeCell;

/// What a user announces that reads nothing. Epochs begin at 1.
const OUTSIDE: usize = 0;

/// A value that has been taken out of the cell.
struct Retired<T> {
    value: *mut T,
    /// The epoch in which it was.
    epoch: usize,
}

/// What belongs to one user.
struct User<T> {
    epoch: AtomicUsize,
    /// Nobody else accesses it.
    retired: UnsafeCell<Vec<Retired<T>>>,
}

/// A value that is often read and now and then replaced, for a fixed number of users.
///
/// Epochs that protect memory are from K. Fraser, "Practical lock-freedom" (2004). That a change begins one is from B. Chandramouli and
/// others, "FASTER: A Concurrent Key-Value Store with In-Place Updates" (2018).
pub struct EpochCell<T> {
    value: AtomicPtr<T>,
    epoch: AtomicUsize,
    users: Box<[User<T>]>,
    /// An `AtomicPtr` is `Send` and `Sync` whatever it leads to. The cell is not.
    owns: PhantomData<*mut T>,
}

// SAFETY: users share the value, which takes `T: Sync`; any of them may drop it, which takes `T: Send`. That it is not used after that is
// what the invariants say. The lists have one user each (invariant 5).
unsafe impl<T: Send + Sync> Sync for EpochCell<T> {}
// SAFETY: whoever moves the cell has it alone, with all values.
unsafe impl<T: Send> Send for EpochCell<T> {}

impl<T> EpochCell<T> {
    /// A cell with this value, for this many users.
    pub fn new(value: T, users: usize) -> Self {
        let user =
            || User { epoch: AtomicUsize::new(OUTSIDE), retired: UnsafeCell::new(Vec::new()) };
        Self {
            value: AtomicPtr::new(Box::into_raw(Box::new(value))),
            epoch: AtomicUsize::new(OUTSIDE + 1),
            users: (0..users).map(|_| user()).collect(),
            owns: PhantomData,
        }
    }

    /// A handle for each user. When all are gone, there can be new ones.
    pub fn handles(&mut self) -> Vec<Handle<'_, T>> {
        let cell = &*self;
        (0..cell.users.len()).map(|number| Handle { cell, number }).collect()
    }
}

impl<T> Drop for EpochCell<T> {
    fn drop(&mut self) {
        let retired = self.users.iter_mut().flat_map(|user| user.retired.get_mut().drain(..));
        for value in retired.map(|retired| retired.value).chain([*self.value.get_mut()]) {
            // SAFETY: it comes from a box and is in one place only, and all who could read it borrow the cell.
            drop(unsafe { Box::from_raw(value) });
        }
    }
}

/// What one thread uses the cell with.
pub struct Handle<'a, T> {
    cell: &'a EpochCell<T>,
    /// The user's place in `users`. No other handle has it.
    number: usize,
}

impl<'a, T> Handle<'a, T> {
    #[inline]
    fn user(&self) -> &'a User<T> {
        &self.cell.users[self.number]
    }

    /// The value as it is now. It stays as it is while the guard lives, even if there is another one in the cell. Wait-free.
    #[inline]
    pub fn read(&mut self) -> Guard<'_, T> {
        // Relaxed: the fence makes it an acquire load, of what ended the epochs before (invariant 2).
        let epoch = self.cell.epoch.load(Relaxed);
        // Release: pairs with the Acquire in `collect`. Whoever looks may learn only from this that our last visit is over.
        self.user().epoch.store(epoch, Release);
        // SeqCst: pairs with the fence in `replace` (invariant 3).
        fence(SeqCst);
        // Acquire: pairs with the Release in `replace`; the value is made.
        let value = self.cell.value.load(Acquire);
        // SAFETY: the value is there until all have seen that we have left (invariant 4).
        Guard { value: unsafe { &*value }, epoch: &self.user().epoch }
    }

    /// Puts another value into the cell. The old one is dropped when all users that came before have left: by this call, by a later one
    /// of this handle, or with the cell. Wait-free, but for the allocator.
    pub fn replace(&mut self, value: T) {
        let new = Box::into_raw(Box::new(value));
        // Release: pairs with the Acquire in `read`; the value is made. What has made the old one is acquired by the fence.
        let value = self.cell.value.swap(new, Release);
        // Release: whoever reads a later epoch sees the swap (invariant 2). Other read-modify-writes carry that on.
        let epoch = self.cell.epoch.fetch_add(1, Release);
        // SeqCst: pairs with the fence in `read` (invariant 3). It also acquires what the swap has found, which we may drop.
        fence(SeqCst);
        self.collect(Retired { value, epoch });
    }

    /// How many old values are put aside by this handle.
    pub fn kept(&mut self) -> usize {
        self.retired().len()
    }

    fn retired(&mut self) -> &mut Vec<Retired<T>> {
        // SAFETY: one handle has the user (invariant 5), and `&mut self` makes this the only reference.
        unsafe { &mut *self.user().retired.get() }
    }

    /// Puts a value aside, and frees those that nobody reads any more. A fence comes before.
    fn collect(&mut self, last: Retired<T>) {
        // Acquire: pairs with the Releases in `read` and of the guard's `drop`; what a user did with old values happens before we drop them.
        let announced = self.cell.users.iter().map(|user| user.epoch.load(Acquire));
        let first = announced.filter(|&epoch| epoch != OUTSIDE).min();
        self.retired().push(last);
        // They are dropped behind the list: a drop that panics leaves nothing in it that is gone.
        let gone = |retired: &mut Retired<T>| first.is_none_or(|first| retired.epoch < first);
        let gone: Vec<_> = self.retired().extract_if(.., gone).collect();
        for retired in gone {
            // SAFETY: it comes from a box, is in no list any more, and nobody reads it, or will (invariant 4).
            drop(unsafe { Box::from_raw(retired.value) });
        }
    }
}

/// A value that is being read. One that is forgotten (`mem::forget`) keeps what is replaced from being freed before the cell is.
#[must_use = "the value can be read while the guard lives"]
pub struct Guard<'a, T> {
    value: &'a T,
    epoch: &'a AtomicUsize,
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        self.value
    }
}

impl<T> Drop for Guard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Release: pairs with the Acquire in `collect`; our reads happen before the value is dropped.
        self.epoch.store(OUTSIDE, Release);
    }
}
