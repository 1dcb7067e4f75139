//! The MCS lock: threads queue up, and each spins on a word of its own.
//!
//! The book's page on this exercise: chapter 10, "A queue of nodes".

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr::{self, NonNull};
use sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use sync::cell::UnsafeCell;
use sync::hint;

/// A place in the queue.
struct Node {
    /// Does its thread have to wait?
    waiting: AtomicBool,
    /// The place behind it; null as long as nobody is there, or is about to be.
    next: AtomicPtr<Node>,
}

/// Mutual exclusion by spinning in a queue, around the data that it protects. A panic of a holder does not poison it.
pub struct McsLock<T> {
    /// The last node of the queue; null if the lock is free.
    tail: AtomicPtr<Node>,
    data: UnsafeCell<T>,
}

// Your turn: `Sync` and `Send`, for the right data.

impl<T> McsLock<T> {
    /// A free lock around `value`.
    pub const fn new(value: T) -> Self {
        Self { tail: AtomicPtr::new(ptr::null_mut()), data: UnsafeCell::new(value) }
    }

    /// Takes the last place in the queue, and spins until its turn comes.
    ///
    /// A thread that locks twice spins for ever.
    pub fn lock(&self) -> McsGuard<'_, T> {
        // Your turn: make a node, swap it in, tell the thread before you, and wait for it.
        todo!()
    }

    /// Takes the lock if it is free; `None` if somebody holds it or waits for it.
    ///
    /// Never waits, and never fails for another reason.
    pub fn try_lock(&self) -> Option<McsGuard<'_, T>> {
        todo!()
    }

    /// A place that is not yet in the queue.
    fn node(waiting: bool) -> NonNull<Node> {
        let (waiting, next) = (AtomicBool::new(waiting), AtomicPtr::new(ptr::null_mut()));
        NonNull::from(Box::leak(Box::new(Node { waiting, next })))
    }

    /// The data, without locking: `&mut self` shows that nobody else has the lock.
    pub fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }

    /// Takes the lock apart. Nobody else has it, so there is nothing to wait for.
    pub fn into_inner(self) -> T {
        self.data.into_inner()
    }
}

/// Shows the data, or `<locked>` if somebody holds the lock. Waits for no holder; holds the lock while it writes, and unlocks as a guard does.
impl<T: fmt::Debug> fmt::Debug for McsLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("McsLock");
        match self.try_lock() {
            Some(guard) => shown.field("data", &*guard),
            None => shown.field("data", &format_args!("<locked>")),
        };
        shown.finish()
    }
}

/// Proof that the lock is held: gives access to the data, and unlocks when it is dropped.
///
/// It does not leave its thread. One that is forgotten (`mem::forget`) leaves the lock locked for ever.
#[must_use = "a guard that is not kept unlocks at once"]
pub struct McsGuard<'a, T> {
    lock: &'a McsLock<T>,
    /// The first node of the queue.
    node: NonNull<Node>,
    not_send: PhantomData<*const ()>,
}

// Your turn: `Sync`, for the right data.

impl<T> Deref for McsGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: there is one guard at most, what earlier ones did happens before, and `&self` keeps `deref_mut` away.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for McsGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: there is one guard at most, what earlier ones did happens before, and `&mut self` makes this the only
        // reference from it.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T> Drop for McsGuard<'_, T> {
    fn drop(&mut self) {
        // Your turn. Is anybody behind you? `next` may not say so yet. In the end, free the node.
        todo!()
    }
}

impl<T: fmt::Debug> fmt::Debug for McsGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test mcs_lock` does.
fn grade() {}
