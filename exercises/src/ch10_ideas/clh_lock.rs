//! The CLH lock: threads queue up, and each spins on the node of the thread before it.
//!
//! The book's page on this exercise: chapter 10, "The node before yours".

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use sync::cell::UnsafeCell;
use sync::hint;

/// A place in the queue.
struct Node {
    /// Does the thread behind it have to wait?
    locked: AtomicBool,
}

/// Mutual exclusion by spinning in a queue, around the data that it protects. A panic of a holder does not poison it.
pub struct ClhLock<T> {
    /// The last node of the queue.
    tail: AtomicPtr<Node>,
    data: UnsafeCell<T>,
}

// Your turn: `Sync` and `Send`, for the right data.

impl<T> ClhLock<T> {
    /// A free lock around `value`. Its queue begins with a node that nobody holds.
    pub fn new(value: T) -> Self {
        Self { tail: AtomicPtr::new(Self::node(false).as_ptr()), data: UnsafeCell::new(value) }
    }

    /// Takes the last place in the queue, and spins until its turn comes.
    ///
    /// A thread that locks twice spins for ever.
    pub fn lock(&self) -> ClhGuard<'_, T> {
        // Your turn: make a node, swap it in, wait for the one before it, and free that.
        todo!()
    }

    /// A place that is not yet in the queue.
    fn node(locked: bool) -> NonNull<Node> {
        NonNull::from(Box::leak(Box::new(Node { locked: AtomicBool::new(locked) })))
    }

    /// The data, without locking: `&mut self` shows that nobody else has the lock.
    pub fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }
}

impl<T> Drop for ClhLock<T> {
    fn drop(&mut self) {
        // Your turn. One node is left.
        todo!()
    }
}

/// Says that there is a lock. Whether it is free cannot be looked up: the last node may be freed at any moment.
impl<T> fmt::Debug for ClhLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClhLock").finish_non_exhaustive()
    }
}

/// Proof that the lock is held: gives access to the data, and unlocks when it is dropped.
///
/// It does not leave its thread. One that is forgotten (`mem::forget`) leaves the lock locked for ever.
#[must_use = "a guard that is not kept unlocks at once"]
pub struct ClhGuard<'a, T> {
    lock: &'a ClhLock<T>,
    /// This holder's node.
    node: NonNull<Node>,
    not_send: PhantomData<*const ()>,
}

// Your turn: `Sync`, for the right data.

impl<T> Deref for ClhGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: there is one guard at most, what earlier ones did happens before, and `&self` keeps `deref_mut` away.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for ClhGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: there is one guard at most, what earlier ones did happens before, and `&mut self` makes this the only
        // reference from it.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T> Drop for ClhGuard<'_, T> {
    fn drop(&mut self) {
        // Your turn.
        todo!()
    }
}

impl<T: fmt::Debug> fmt::Debug for ClhGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test clh_lock` does.
fn grade() {}
