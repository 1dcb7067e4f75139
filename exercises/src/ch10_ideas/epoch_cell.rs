//! A cell that anybody may replace as a whole, and in which nobody waits: old values are put aside, and freed when an epoch
//! has passed.
//!
//! The book's page on this exercise: chapter 10, "Gone when the epoch has passed".

use std::marker::PhantomData;
use std::ops::Deref;
use sync::atomic::{AtomicPtr, AtomicUsize, Ordering, fence};
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
pub struct EpochCell<T> {
    value: AtomicPtr<T>,
    /// One more than the number of replacements so far.
    epoch: AtomicUsize,
    users: Box<[User<T>]>,
    /// An `AtomicPtr` is `Send` and `Sync` whatever it leads to. The cell is not.
    owns: PhantomData<*mut T>,
}

// Your turn: `Sync` and `Send`, for the right values.

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
        // Your turn.
        todo!()
    }
}

/// What one thread uses the cell with.
pub struct Handle<'a, T> {
    cell: &'a EpochCell<T>,
    /// The user's place in `users`. No other handle has it.
    number: usize,
}

impl<'a, T> Handle<'a, T> {
    fn user(&self) -> &'a User<T> {
        &self.cell.users[self.number]
    }

    /// The value as it is now. It stays as it is while the guard lives, even if there is another one in the cell. Wait-free.
    pub fn read(&mut self) -> Guard<'_, T> {
        // Your turn. What has to be said, and what may be read only then?
        todo!()
    }

    /// Puts another value into the cell. The old one is dropped when all users that came before have left: by this call, by a later one
    /// of this handle, or with the cell. Wait-free, but for the allocator.
    pub fn replace(&mut self, value: T) {
        // Your turn. In which epoch was the old value, and who may still read it?
        todo!()
    }

    /// How many old values are put aside by this handle.
    pub fn kept(&mut self) -> usize {
        todo!()
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

    fn deref(&self) -> &T {
        self.value
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        // Your turn.
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test epoch_cell` does.
fn grade() {}
