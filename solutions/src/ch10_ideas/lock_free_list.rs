//! An ordered set as a linked list without a lock: a node is first marked as removed, and then taken out.
//!
//! | `next` of a node | the node is |
//! |---|---|
//! | the next node, or null | in the set |
//! | the same, with [`REMOVED`] | removed, and perhaps still in the list |
//!
//! # Invariants
//!
//! 1. Keys grow along the list.
//! 2. A `next` that is marked does not change any more. So nobody puts a node behind one that is removed, or takes one out there.
//! 3. A node is out of the list when the link that leads to it has been exchanged for its `next`. That needs a mark in its own `next`,
//!    and none in the link. Whoever succeeds retires the node.
//! 4. A user reads a node only while it is announced, and only if a link, of `head` or of a node that it has announced
//!    longer, led to it after that, without a mark. Then the node was in the list, and is not freed.
//!
//! Announcing a node is a sequentially consistent fence as well. It releases what was done before to whoever acquires a `Relaxed`
//! write after it.

use parts::{Hazards, User};
use std::ptr;
use sync::atomic::{
    AtomicPtr,
    Ordering::{Acquire, Relaxed, Release},
};

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
///
/// From T. Harris, "A Pragmatic Implementation of Non-Blocking Linked-Lists" (2001), and M. Michael, "High Performance Dynamic
/// Lock-Free Hash Tables and List-Based Sets" (2002).
pub struct Set<T> {
    head: AtomicPtr<Node<T>>,
    hazards: Hazards<Node<T>, 2>,
}

// SAFETY: users compare with keys of others, which takes `T: Sync`, and drop them, which takes `T: Send`. Nodes are read only while
// they are announced (invariant 4).
unsafe impl<T: Send + Sync> Sync for Set<T> {}
// SAFETY: whoever moves the set has it alone, with all keys and nodes.
unsafe impl<T: Send> Send for Set<T> {}

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
        let mut link = *self.head.get_mut();
        while !unmarked(link).is_null() {
            // SAFETY: it comes from a box, and is in the list, so nobody has retired it (invariant 3).
            let mut node = unsafe { Box::from_raw(unmarked(link)) };
            link = *node.next.get_mut();
        }
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
        'again: loop {
            // Which of the two places is for the next node.
            let mut place = 0;
            let mut link = &self.set.head;
            // Relaxed: it is loaded again.
            let mut node = link.load(Relaxed);
            loop {
                self.user.announce(place, node);
                // Acquire: pairs with the Release in `insert`; the node is made. The load before the fence is not enough: the
                // node that it found may have been freed, and another one made at the same address.
                if link.load(Acquire) != node {
                    continue 'again;
                }
                if node.is_null() {
                    return Place { link, node, next: node, is_here: false };
                }
                // SAFETY: it is announced, and was in the list after that (invariant 4).
                let found = unsafe { &*node };
                // Acquire: pairs with the Release in `insert`, if it is handed on below.
                let next = found.next.load(Acquire);
                if next == marked(next) {
                    // Release: what the next node is made of is handed on. Relaxed: a failure begins again.
                    if link.compare_exchange(node, unmarked(next), Release, Relaxed).is_err() {
                        continue 'again;
                    }
                    // SAFETY: it comes from a box, and we have taken it out of the list (invariant 3).
                    unsafe { self.user.retire(node) };
                    node = unmarked(next);
                } else if found.key >= *key {
                    return Place { link, node, next, is_here: found.key == *key };
                } else {
                    // The node stays announced: `link` is in it.
                    link = &found.next;
                    node = next;
                    place = 1 - place;
                }
            }
        }
    }

    /// Puts a key in. False: it was there. Lock-free.
    pub fn insert(&mut self, key: T) -> bool {
        let new = Box::into_raw(Box::new(Node { key, next: AtomicPtr::default() }));
        let is_new = loop {
            // SAFETY: nobody else frees the node, and others only read the key.
            let Place { link, node, is_here, .. } = self.find(unsafe { &(*new).key });
            if is_here {
                // SAFETY: it comes from a box, and nobody else knows it.
                drop(unsafe { Box::from_raw(new) });
                break false;
            }
            // SAFETY: as above.
            // Relaxed: the exchange publishes it.
            unsafe { (*new).next.store(node, Relaxed) };
            // Release: pairs with the Acquire in `find`; the node is made. Relaxed: a failure looks for the place again.
            if link.compare_exchange(node, new, Release, Relaxed).is_ok() {
                break true;
            }
        };
        self.user.clear();
        is_new
    }

    /// Takes a key out. False: it was not there. Lock-free.
    pub fn remove(&mut self, key: &T) -> bool {
        let was_here = loop {
            let Place { link, node, next, is_here } = self.find(key);
            if !is_here {
                break false;
            }
            // SAFETY: it is announced, and was in the list (invariant 4).
            let found = unsafe { &*node };
            // Relaxed, both: what the next node is made of is published as before, for the exchange carries that on. A failure
            // looks again.
            if found.next.compare_exchange(next, marked(next), Relaxed, Relaxed).is_ok() {
                // Release: what the next node is made of is handed on. Relaxed: if it fails, whoever finds the node takes it out.
                if link.compare_exchange(node, next, Release, Relaxed).is_ok() {
                    // SAFETY: it comes from a box, and we have taken it out of the list (invariant 3).
                    unsafe { self.user.retire(node) };
                }
                break true;
            }
        };
        self.user.clear();
        was_here
    }

    /// Is the key in the set? Lock-free.
    pub fn contains(&mut self, key: &T) -> bool {
        let is_here = self.find(key).is_here;
        self.user.clear();
        is_here
    }
}
