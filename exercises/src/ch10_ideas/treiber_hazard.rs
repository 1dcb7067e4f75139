//! A stack without a lock, whose nodes are freed when nobody reads them any more: hazard pointers say who reads what.
//!
//! The book's page on this exercise: chapter 10, "I am reading this".

use std::mem::ManuallyDrop;
use std::ptr;
use sync::atomic::{AtomicPtr, Ordering, fence};
use sync::cell::UnsafeCell;

struct Node<T> {
    /// Belongs to whoever pops the node.
    value: ManuallyDrop<T>,
    next: *mut Node<T>,
}

/// What belongs to one user.
struct User<T> {
    /// The node that it reads, or null. Everybody reads this.
    hazard: AtomicPtr<Node<T>>,
    /// The nodes that it has popped and that are not yet freed. Nobody else accesses them.
    retired: UnsafeCell<Vec<*mut Node<T>>>,
}

/// A stack for a fixed number of users.
pub struct Stack<T> {
    head: AtomicPtr<Node<T>>,
    users: Box<[User<T>]>,
}

// Your turn: `Sync` and `Send`, for the right values.

impl<T> Stack<T> {
    /// An empty stack for this many users.
    pub fn new(users: usize) -> Self {
        let user = || User {
            hazard: AtomicPtr::new(ptr::null_mut()),
            retired: UnsafeCell::new(Vec::new()),
        };
        let users = (0..users).map(|_| user()).collect();
        Self { head: AtomicPtr::new(ptr::null_mut()), users }
    }

    /// A handle for each user. When all are gone, there can be new ones.
    pub fn handles(&mut self) -> Vec<Handle<'_, T>> {
        let stack = &*self;
        (0..stack.users.len()).map(|number| Handle { stack, number }).collect()
    }
}

impl<T> Drop for Stack<T> {
    fn drop(&mut self) {
        // Your turn: the nodes that are left, with their values, and those that are retired, without.
        todo!()
    }
}

/// What one thread uses the stack with.
pub struct Handle<'a, T> {
    stack: &'a Stack<T>,
    /// The user's place in `users`. No other handle has it.
    number: usize,
}

impl<'a, T> Handle<'a, T> {
    fn user(&self) -> &'a User<T> {
        &self.stack.users[self.number]
    }

    /// Puts a value on top. Lock-free.
    pub fn push(&mut self, value: T) {
        todo!()
    }

    /// Takes the value from the top; `None` if there is none. Lock-free.
    pub fn pop(&mut self) -> Option<T> {
        // Your turn. Say what you are about to read, and look whether it is still there.
        todo!()
    }

    /// Frees the node as soon as nobody reads it.
    fn retire(&mut self, node: *mut Node<T>) {
        // Your turn. Free what is in no hazard pointer.
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test treiber_hazard` does.
fn grade() {}
