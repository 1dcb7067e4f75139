//! A queue without a lock or a limit: a list, with a pointer to each end; the one at the back may lag behind.
//!
//! The book's page on this exercise: chapter 10, "The end that lags behind".

use parts::{Hazards, User};
use std::mem::MaybeUninit;
use std::ptr;
use sync::atomic::{AtomicPtr, Ordering};

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
pub struct Queue<T> {
    /// Leads to a node without a value. The values are in the nodes behind it.
    head: AtomicPtr<Node<T>>,
    /// Leads to the last node, or to the one before it.
    tail: AtomicPtr<Node<T>>,
    hazards: Hazards<Node<T>, 2>,
}

// Your turn: `Sync` and `Send`, for the right values.

impl<T> Queue<T> {
    /// An empty queue for this many users.
    pub fn new(users: usize) -> Self {
        let first = Node::new(MaybeUninit::uninit());
        Self {
            head: AtomicPtr::new(first),
            tail: AtomicPtr::new(first),
            hazards: Hazards::new(users),
        }
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
        // Your turn: the nodes that are left, and the values in all but the first.
        todo!()
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
        // Your turn. `self.user.protect(END, &self.queue.tail)` gives a node that may be read until `self.user.clear()`.
        todo!()
    }

    /// Takes the value that has been in for longest; `None` if there was none at some moment of the call. Lock-free.
    pub fn pop(&mut self) -> Option<T> {
        // Your turn. `self.user.announce(NEXT, node)` keeps a node from being retired, if that has not happened yet.
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test ms_queue` does.
fn grade() {}
