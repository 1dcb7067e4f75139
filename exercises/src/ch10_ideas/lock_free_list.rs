//! An ordered set as a linked list without a lock: a node is first marked as removed, and then taken out.
//!
//! The book's page on this exercise: chapter 10, "Marked, then unlinked".

use parts::{Hazards, User};
use std::ptr;
use sync::atomic::{AtomicPtr, Ordering};

/// In a `next`: its node is removed.
const REMOVED: usize = 1;

struct Node<T> {
    key: T,
    next: AtomicPtr<Node<T>>,
}

fn marked<T>(node: *mut Node<T>) -> *mut Node<T> {
    node.map_addr(|address| address | REMOVED)
}

fn unmarked<T>(node: *mut Node<T>) -> *mut Node<T> {
    node.map_addr(|address| address & !REMOVED)
}

/// A set for a fixed number of users.
pub struct Set<T> {
    head: AtomicPtr<Node<T>>,
    hazards: Hazards<Node<T>, 2>,
}

// Your turn: `Sync` and `Send`, for the right keys.

impl<T> Set<T> {
    /// An empty set for this many users.
    pub fn new(users: usize) -> Self {
        Self { head: AtomicPtr::new(ptr::null_mut()), hazards: Hazards::new(users) }
    }

    /// A handle for each user. When all are gone, there can be new ones.
    pub fn handles(&mut self) -> Vec<Handle<'_, T>> {
        let set = &*self;
        let handle = |number| {
            // SAFETY: `&mut self` shows that there is no other handle, and here each number comes once.
            let user = unsafe { set.hazards.user(number) };
            Handle { set, user }
        };
        (0..set.hazards.len()).map(handle).collect()
    }
}

impl<T> Drop for Set<T> {
    fn drop(&mut self) {
        // Your turn: the nodes that are in the list. What is retired the hazard pointers free.
        todo!()
    }
}

/// A place in the list.
struct Place<'a, T> {
    /// Leads to `node`.
    link: &'a AtomicPtr<Node<T>>,
    /// The first one whose key is not smaller than the one that was looked for, or null.
    node: *mut Node<T>,
    /// Its `next`.
    next: *mut Node<T>,
    /// The key is the one that was looked for.
    is_here: bool,
}

/// What one thread uses the set with.
pub struct Handle<'a, T> {
    set: &'a Set<T>,
    user: User<'a, Node<T>, 2>,
}

impl<T: Ord> Handle<'_, T> {
    /// Looks for a key, and takes nodes that are removed out of the list on the way. `node`, and the one that `link` is in, are
    /// announced.
    fn find(&mut self, key: &T) -> Place<'_, T> {
        // Your turn. `self.user.announce(0, node)` and `(1, node)`; after that, look again at the link that led to it.
        todo!()
    }

    /// Puts a key in. False: it was there. Lock-free.
    pub fn insert(&mut self, key: T) -> bool {
        // Your turn. In the end, `self.user.clear()`.
        todo!()
    }

    /// Takes a key out. False: it was not there. Lock-free.
    pub fn remove(&mut self, key: &T) -> bool {
        // Your turn. Mark the node, then take it out, and retire it if you have succeeded in that.
        todo!()
    }

    /// Is the key in the set? Lock-free.
    pub fn contains(&mut self, key: &T) -> bool {
        // Your turn.
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test lock_free_list` does.
fn grade() {}
