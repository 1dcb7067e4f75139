//! A queue without a lock or a limit: a list, with a pointer to each end; the one at the back may lag behind.
//!
//! `head` leads to a node that has no value: its value has been popped, or it is the first one. The values are in the nodes
//! behind it.
//!
//! | `next` of a node | it is |
//! |---|---|
//! | null | the last one |
//! | a node | followed by that, for ever |
//!
//! # Invariants
//!
//! 1. A node is linked once, to the `next` of the last node, and `next` does not change again.
//! 2. `head` and `tail` only move along the list, by one node at a time. `tail` leads to the last node or to the one before it.
//! 3. `head` does not overtake `tail`: whoever moves `head` from a node has seen `tail` further on.
//! 4. Whoever moves `head` from a node retires that node, and takes the value of the next one.
//! 5. Whoever links a node behind another one has seen the other in `tail`. So whoever has seen the link finds `tail` there, or further on.
//!
//! Protecting a node, or announcing one, is a sequentially consistent fence as well. It releases what was done before to
//! whoever acquires a `Relaxed` write after it, and acquires what a `Relaxed` read before it has found.

use parts::{CachePadded, Hazards, User};
use std::mem::MaybeUninit;
use std::ptr;
use sync::atomic::{
    AtomicPtr,
    Ordering::{Acquire, Relaxed, Release},
};

/// Which of the two hazard pointers: of the node at an end.
const END: usize = 0;
/// Which of the two: of the node behind `head`.
const NEXT: usize = 1;

struct Node<T> {
    /// Belongs to whoever moves `head` here. None, if that has happened.
    value: MaybeUninit<T>,
    next: AtomicPtr<Node<T>>,
}

impl<T> Node<T> {
    fn new(value: MaybeUninit<T>) -> *mut Self {
        Box::into_raw(Box::new(Self { value, next: AtomicPtr::new(ptr::null_mut()) }))
    }
}

/// A queue for a fixed number of users, first in, first out.
///
/// From M. Michael and M. Scott, "Simple, Fast, and Practical Non-Blocking and Blocking Concurrent Queue Algorithms" (1996).
pub struct Queue<T> {
    head: CachePadded<AtomicPtr<Node<T>>>,
    tail: CachePadded<AtomicPtr<Node<T>>>,
    hazards: Hazards<Node<T>, 2>,
}

// SAFETY: a shared queue moves values from thread to thread (invariant 4), which takes `T: Send`, and never shares one. Nodes are
// shared only while a hazard pointer protects them.
unsafe impl<T: Send> Sync for Queue<T> {}
// SAFETY: whoever moves the queue has it alone, with all values and nodes.
unsafe impl<T: Send> Send for Queue<T> {}

impl<T> Queue<T> {
    /// An empty queue for this many users.
    pub fn new(users: usize) -> Self {
        let first = Node::new(MaybeUninit::uninit());
        let [head, tail] = [first, first].map(|node| CachePadded::new(AtomicPtr::new(node)));
        Self { head, tail, hazards: Hazards::new(users) }
    }

    /// A handle for each user. When all are gone, there can be new ones.
    pub fn handles(&mut self) -> Vec<Handle<'_, T>> {
        let queue = &*self;
        let handle = |number| {
            // SAFETY: `&mut self` shows that there is no other handle, and here each number comes once.
            let user = unsafe { queue.hazards.user(number) };
            Handle { queue, user }
        };
        (0..queue.hazards.len()).map(handle).collect()
    }
}

impl<T> Drop for Queue<T> {
    fn drop(&mut self) {
        // SAFETY: the nodes from `head` on come from boxes, and nobody has retired them (invariant 4).
        let mut node = unsafe { Box::from_raw(*self.head.get_mut()) };
        while !node.next.get_mut().is_null() {
            // SAFETY: as above.
            node = unsafe { Box::from_raw(*node.next.get_mut()) };
            // SAFETY: `head` has not been moved to this node, so its value is there.
            unsafe { node.value.assume_init_drop() };
        }
    }
}

/// What one thread uses the queue with.
pub struct Handle<'a, T> {
    queue: &'a Queue<T>,
    user: User<'a, Node<T>, 2>,
}

impl<T> Handle<'_, T> {
    /// Puts a value in behind the others. Lock-free.
    pub fn push(&mut self, value: T) {
        let node = Node::new(MaybeUninit::new(value));
        let tail = &self.queue.tail;
        loop {
            let last = self.user.protect(END, tail);
            // SAFETY: it is protected: it was in `tail`, so it was not retired (invariant 3).
            let next = unsafe { &(*last).next };
            // Relaxed: the fence of `protect`, between here and there, publishes what the node is made of. Acquire: what the one
            // behind is made of is handed on below.
            match next.compare_exchange(ptr::null_mut(), node, Relaxed, Acquire) {
                Ok(_) => {
                    // Release: pairs with the Acquire of `protect`; whoever comes to the node by `tail` knows that it is linked.
                    // Relaxed: if this fails, another one has done it for us.
                    let _ = tail.compare_exchange(last, node, Release, Relaxed);
                    break;
                }
                // Release: as above; and what the node is made of, which somebody else did. Relaxed: as above.
                Err(behind) => _ = tail.compare_exchange(last, behind, Release, Relaxed),
            }
        }
        self.user.clear();
    }

    /// Takes the value that has been in for longest; `None` if there was none at some moment of the call. Lock-free.
    pub fn pop(&mut self) -> Option<T> {
        let Queue { head, tail, .. } = self.queue;
        loop {
            let first = self.user.protect(END, head);
            // SAFETY: it is protected: it was in `head`, so it was not retired (invariant 4).
            // Relaxed: the fence of `announce` acquires what the next node is made of.
            let next = unsafe { (*first).next.load(Relaxed) };
            if next.is_null() {
                self.user.clear();
                return None;
            }
            // If the exchange below succeeds, `head` has been here all the time, so `next` was not retired before. If not, we do
            // not read it.
            self.user.announce(NEXT, next);
            // Relaxed: we have seen the link, and find `tail` here or further on (invariant 5).
            if tail.load(Relaxed) == first {
                // Relaxed, both: what the next node is made of, and its link, are published by the fence of `announce`. If it
                // fails, somebody has done it.
                let _ = tail.compare_exchange(first, next, Relaxed, Relaxed);
            }
            // Relaxed, both: as above. A failure only looks again.
            if head.compare_exchange(first, next, Relaxed, Relaxed).is_ok() {
                // SAFETY: it is protected, and the value is ours (invariant 4) and there, so it is read once.
                let value = unsafe { ptr::read(&raw const (*next).value).assume_init() };
                self.user.clear();
                // SAFETY: it comes from a box, and neither `head` nor `tail` leads there any more (invariants 2 and 3).
                unsafe { self.user.retire(first) };
                return Some(value);
            }
        }
    }
}
