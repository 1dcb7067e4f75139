//! The MCS lock: threads queue up, and each spins on a word of its own.
//!
//! # The queue
//!
//! ```text
//!   tail ──────────────────────────────┐
//!                                      ▼
//!   node of the holder ── next ──▶ node of a waiter      (next: null)
//!   waiting: false                 waiting: true
//! ```
//!
//! # Invariants
//!
//! 1. A node is in the queue from the `swap` of its thread until that thread has taken it out of `tail`, or has handed the
//!    lock to the next. The nodes of the queue are those of the holder and of all that wait, in the order of their `swap`s.
//!    So there is at most one holder: whoever found an empty queue, or was told so by the holder before it.
//! 2. Of a node, `next` is written only by the thread that has swapped itself in behind it, once, and `waiting` is cleared
//!    only by the thread before it, once. After that, the thread before it does not access the node any more.
//! 3. A node is freed by its own thread, when it has left the queue and nobody writes to it any more: `tail` no longer leads
//!    to it, or the thread behind it has written `next` already.
//! 4. Every access to the data by a guard happens before every access by the next: the next holder has read either
//!    `waiting` or `tail` as the last one left it.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr::{self, NonNull};
use sync::atomic::{
    AtomicBool, AtomicPtr,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};
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
///
/// The algorithm is that of J. Mellor-Crummey and M. Scott, "Algorithms for Scalable Synchronization on Shared-Memory
/// Multiprocessors" (1991), with the node on the heap: one allocation each time that the lock is taken.
pub struct McsLock<T> {
    /// The last node of the queue; null if the lock is free.
    tail: AtomicPtr<Node>,
    data: UnsafeCell<T>,
}

// SAFETY: a shared lock gives out `&mut T` to one thread at a time (invariant 1), each access ordered after the last one
// (invariant 4). So it moves the `T` between threads, which takes `T: Send`, and never shares it.
unsafe impl<T: Send> Sync for McsLock<T> {}
// SAFETY: whoever moves the lock has it alone. Then nobody has a guard, and the queue is empty.
unsafe impl<T: Send> Send for McsLock<T> {}

impl<T> McsLock<T> {
    /// A free lock around `value`.
    pub const fn new(value: T) -> Self {
        Self { tail: AtomicPtr::new(ptr::null_mut()), data: UnsafeCell::new(value) }
    }

    /// Takes the last place in the queue, and spins until its turn comes.
    ///
    /// A thread that locks twice spins for ever.
    pub fn lock(&self) -> McsGuard<'_, T> {
        let node = Self::node(true);
        // Acquire: pairs with the Release in `drop`, if that has emptied the queue.
        // Release: pairs with the Acquire of the thread behind us, which writes to our node: it must be made by then.
        let before = self.tail.swap(node.as_ptr(), AcqRel);
        if let Some(before) = NonNull::new(before) {
            // SAFETY: the node before is not freed until its thread has read the `next` that we write (invariants 2 and 3).
            // Release: pairs with the Acquire of that thread in `drop`, which then writes to our node.
            unsafe { before.as_ref() }.next.store(node.as_ptr(), Release);
            // SAFETY: it is ours.
            let waiting = unsafe { &node.as_ref().waiting };
            // Acquire: pairs with the Release with which the holder hands over.
            while waiting.load(Acquire) {
                hint::spin_loop();
            }
        }
        McsGuard { lock: self, node, not_send: PhantomData }
    }

    /// Takes the lock if it is free; `None` if somebody holds it or waits for it.
    ///
    /// Never waits, and never fails for another reason.
    pub fn try_lock(&self) -> Option<McsGuard<'_, T>> {
        let node = Self::node(false);
        // Acquire and Release: as in `lock`. Relaxed: a failure leads to nothing that has to be ordered.
        match self.tail.compare_exchange(ptr::null_mut(), node.as_ptr(), AcqRel, Relaxed) {
            Ok(_) => Some(McsGuard { lock: self, node, not_send: PhantomData }),
            Err(_) => {
                // SAFETY: it comes from `node`, and nobody else has seen it.
                drop(unsafe { Box::from_raw(node.as_ptr()) });
                None
            }
        }
    }

    /// A place that is not yet in the queue.
    fn node(waiting: bool) -> NonNull<Node> {
        let (waiting, next) = (AtomicBool::new(waiting), AtomicPtr::new(ptr::null_mut()));
        NonNull::from(Box::leak(Box::new(Node { waiting, next })))
    }

    /// The data, without locking: `&mut self` shows that nobody else has the lock.
    #[inline]
    pub fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }

    /// Takes the lock apart. Nobody else has it, so there is nothing to wait for.
    #[inline]
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
    /// The first node of the queue (invariant 1).
    node: NonNull<Node>,
    not_send: PhantomData<*const ()>,
}

// SAFETY: `&McsGuard<T>` gives `&T` and nothing more, so sharing a guard shares the `T`.
unsafe impl<T: Sync> Sync for McsGuard<'_, T> {}

impl<T> Deref for McsGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this guard is the only one (invariant 1), what earlier ones did happens before (invariant 4), and
        // `&self` keeps `deref_mut` away.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for McsGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard is the only one (invariant 1), what earlier ones did happens before (invariant 4), and
        // `&mut self` makes this the only reference from it.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T> Drop for McsGuard<'_, T> {
    fn drop(&mut self) {
        // SAFETY: the node is ours until the end of this function.
        let next = unsafe { &self.node.as_ref().next };
        // Acquire: pairs with the Release of the thread behind us, to whose node we then write.
        let mut behind = next.load(Acquire);
        // Release: pairs with the Acquire in `lock` and `try_lock` of the next holder. Relaxed: on failure, `next` tells.
        if behind.is_null()
            && self
                .lock
                .tail
                .compare_exchange(self.node.as_ptr(), ptr::null_mut(), Release, Relaxed)
                .is_err()
        {
            // Somebody has swapped itself in behind us, and has not said so yet. This wait is short, but it is one.
            while behind.is_null() {
                hint::spin_loop();
                // Acquire: as above.
                behind = next.load(Acquire);
            }
        }
        if let Some(behind) = NonNull::new(behind) {
            // SAFETY: the thread behind us frees its node only after it has read what we write here (invariant 2).
            // Release: pairs with the Acquire in its `lock`; what this holder did happens before what that one does.
            unsafe { behind.as_ref() }.waiting.store(false, Release);
        }
        // SAFETY: it comes from `McsLock::node`, and nobody else accesses it any more (invariant 3).
        drop(unsafe { Box::from_raw(self.node.as_ptr()) });
    }
}

impl<T: fmt::Debug> fmt::Debug for McsGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
