//! A queue of waiting threads, each spinning on a node of its own. J. M. Mellor-Crummey and M. L. Scott, "Algorithms for scalable synchronization on shared-memory multiprocessors", ACM TOCS 9 (1991).

use std::ops::{Deref, DerefMut};
use std::ptr;
use sync::atomic::{
    AtomicBool, AtomicPtr,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;
use sync::hint;

struct Node {
    next: AtomicPtr<Node>,
    waits: AtomicBool,
}

pub struct SpinLock<T> {
    /// The node of the thread that came last; null if the lock is free.
    tail: AtomicPtr<Node>,
    data: UnsafeCell<T>,
}

// SAFETY: the data moves from guard to guard and is never shared.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    pub const fn new(value: T) -> Self {
        Self { tail: AtomicPtr::new(ptr::null_mut()), data: UnsafeCell::new(value) }
    }

    pub fn lock(&self) -> Guard<'_, T> {
        let node = Node { next: AtomicPtr::new(ptr::null_mut()), waits: AtomicBool::new(true) };
        let node = Box::into_raw(Box::new(node));
        // AcqRel: releases the node to whoever comes next; acquires the node before, or the data if the lock was free.
        let before = self.tail.swap(node, AcqRel);
        if !before.is_null() {
            // Release: pairs with the Acquire of `next` in `drop`, for the node that it points to.
            // SAFETY: the node before is freed by its owner only after it has seen this.
            unsafe { &*before }.next.store(node, Release);
            // Acquire: pairs with the Release in the `drop` of the holder before.
            // SAFETY: our own node.
            while unsafe { &*node }.waits.load(Acquire) {
                hint::spin_loop();
            }
        }
        Guard { lock: self, node }
    }
}

pub struct Guard<'a, T> {
    lock: &'a SpinLock<T>,
    node: *mut Node,
}

// SAFETY: a shared guard gives `&T` only; the node is used by `drop`, which has the guard alone.
unsafe impl<T: Sync> Sync for Guard<'_, T> {}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: this guard is the only one.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard is the only one.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        // SAFETY: our own node; it is freed below, when nobody has a pointer to it any more.
        let node = unsafe { Box::from_raw(self.node) };
        let tail = &self.lock.tail;
        // Release: pairs with the AcqRel in `lock` of whoever finds the lock free. Relaxed: a failure only says that
        // somebody has come.
        if tail.compare_exchange(self.node, ptr::null_mut(), Release, Relaxed).is_ok() {
            return;
        }
        let next = loop {
            // Acquire: pairs with the Release in `lock`, for the node that it points to.
            let next = node.next.load(Acquire);
            if !next.is_null() {
                break next;
            }
            hint::spin_loop();
        };
        // Release: pairs with the Acquire in `lock`.
        // SAFETY: the next node lives until its own guard is dropped, which comes after this store.
        unsafe { &*next }.waits.store(false, Release);
    }
}
