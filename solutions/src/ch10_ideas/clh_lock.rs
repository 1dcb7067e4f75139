//! The CLH lock: threads queue up, and each spins on the node of the thread before it.
//!
//! # The queue
//!
//! ```text
//!   node that was unlocked ◀─── holder's node ◀─── waiter's node ◀─── tail
//!   locked: false               locked: true       locked: true
//! ```
//!
//! No pointer leads from node to node: each thread remembers whose node it has found in `tail`, and has it to itself.
//!
//! # Invariants
//!
//! 1. `tail` leads to the node of the thread that came last, or to one that was unlocked, and is never null. Each `swap` gives the
//!    node that it finds to one thread. So a node is known to two threads at most: its own, and the one that came next.
//! 2. A thread holds the lock from the moment at which it finds the node before it unlocked until it unlocks its own. So there is
//!    at most one holder.
//! 3. A thread does not access its node after it has unlocked it. So whoever finds a node unlocked may free it: the next thread,
//!    or the lock itself when it is dropped.
//! 4. Every access to the data by a guard happens before every access by the next: the next holder has read `locked` as the last
//!    one left it.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use sync::atomic::{
    AtomicBool, AtomicPtr,
    Ordering::{AcqRel, Acquire, Release},
};
use sync::cell::UnsafeCell;
use sync::hint;

/// A place in the queue.
struct Node {
    /// Does the thread behind it have to wait?
    locked: AtomicBool,
}

/// Mutual exclusion by spinning in a queue, around the data that it protects. A panic of a holder does not poison it.
///
/// The lock is named after T. Craig (1993) and after P. Magnusson, A. Landin and E. Hagersten (1994), who found it independently.
/// Here it takes one allocation each time that it is locked.
pub struct ClhLock<T> {
    /// The last node of the queue.
    tail: AtomicPtr<Node>,
    data: UnsafeCell<T>,
}

// SAFETY: a shared lock gives out `&mut T` to one thread at a time (invariant 2), each access ordered after the last one
// (invariant 4). So it moves the `T` between threads, which takes `T: Send`, and never shares it.
unsafe impl<T: Send> Sync for ClhLock<T> {}
// SAFETY: whoever moves the lock has it alone. Then nobody has a guard, and the one node is the lock's.
unsafe impl<T: Send> Send for ClhLock<T> {}

impl<T> ClhLock<T> {
    /// A free lock around `value`. Its queue begins with a node that nobody holds.
    pub fn new(value: T) -> Self {
        Self { tail: AtomicPtr::new(Self::node(false).as_ptr()), data: UnsafeCell::new(value) }
    }

    /// Takes the last place in the queue, and spins until its turn comes.
    ///
    /// A thread that locks twice spins for ever.
    pub fn lock(&self) -> ClhGuard<'_, T> {
        let node = Self::node(true);
        // Acquire: pairs with the Release of the thread before us; we read its node, which must be made by then.
        // Release: pairs with the Acquire of the thread behind us, which reads ours.
        let before = self.tail.swap(node.as_ptr(), AcqRel);
        // SAFETY: the node is there until we free it, and nobody else does (invariants 1 and 3).
        let locked = unsafe { &(*before).locked };
        // Acquire: pairs with the Release in `drop`; what the last holder did happens before what we do.
        while locked.load(Acquire) {
            hint::spin_loop();
        }
        // SAFETY: it comes from `node`, and is unlocked, so it is ours alone (invariant 3).
        drop(unsafe { Box::from_raw(before) });
        ClhGuard { lock: self, node, not_send: PhantomData }
    }

    /// A place that is not yet in the queue.
    fn node(locked: bool) -> NonNull<Node> {
        NonNull::from(Box::leak(Box::new(Node { locked: AtomicBool::new(locked) })))
    }

    /// The data, without locking: `&mut self` shows that nobody else has the lock.
    #[inline]
    pub fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }
}

impl<T> Drop for ClhLock<T> {
    fn drop(&mut self) {
        let last = *self.tail.get_mut();
        // SAFETY: it comes from `node`. `&mut self` shows that no thread is in the queue, so it is unlocked (invariant 3).
        // Only a guard that was forgotten leaves it locked, and that one does not come back.
        drop(unsafe { Box::from_raw(last) });
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

// SAFETY: `&ClhGuard<T>` gives `&T` and nothing more, so sharing a guard shares the `T`.
unsafe impl<T: Sync> Sync for ClhGuard<'_, T> {}

impl<T> Deref for ClhGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this guard is the only one (invariant 2), what earlier ones did happens before (invariant 4), and
        // `&self` keeps `deref_mut` away.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for ClhGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard is the only one (invariant 2), what earlier ones did happens before (invariant 4), and
        // `&mut self` makes this the only reference from it.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T> Drop for ClhGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the node is there until somebody finds it unlocked (invariant 3), so up to this store.
        // Release: pairs with the Acquire in `lock` of the next holder. It is the last access to the node, and to the lock.
        unsafe { self.node.as_ref() }.locked.store(false, Release);
    }
}

impl<T: fmt::Debug> fmt::Debug for ClhGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
