//! A stack without a lock, whose nodes are freed when nobody reads them any more: hazard pointers say who reads what.
//!
//! # Invariants
//!
//! 1. A node is reached from `head` until one `pop` has exchanged it for the next one. That `pop` owns the value from then on, and
//!    retires the node: it goes into the list of that user, once.
//! 2. `next` of a node does not change after the node has been pushed.
//! 3. A user reads a node of `head` only while its hazard pointer leads to it, and only if the node was in `head` after the hazard
//!    pointer had been set. A fence lies in between.
//! 4. A node is freed if, after it was retired and behind a fence, no hazard pointer leads to it. Of a user that protects a node and
//!    one that frees it, a fence is the first. Either the one that frees sees the hazard pointer, or the other sees that the node
//!    is no longer in `head`.
//! 5. A node that is protected is not freed, so no new node has its address. So an exchange that finds the node in `head` finds the
//!    same one, with the same `next`: no ABA.

use std::mem::ManuallyDrop;
use std::ptr;
use sync::atomic::{
    AtomicPtr,
    Ordering::{Acquire, Relaxed, Release, SeqCst},
    fence,
};
use sync::cell::UnsafeCell;

struct Node<T> {
    /// Belongs to whoever pops the node.
    value: ManuallyDrop<T>,
    next: *mut Node<T>,
}

/// What belongs to one user, in cache lines of its own: it writes them with every `pop`.
#[repr(align(128))]
struct User<T> {
    /// The node that it reads, or null. Everybody reads this.
    hazard: AtomicPtr<Node<T>>,
    /// The nodes that it has popped and that are not yet freed. Nobody else accesses them.
    retired: UnsafeCell<Vec<*mut Node<T>>>,
}

/// A stack for a fixed number of users.
///
/// The stack is R. K. Treiber's (1986). Hazard pointers are from M. Michael, "Hazard Pointers: Safe Memory Reclamation for Lock-Free
/// Objects" (2004).
pub struct Stack<T> {
    head: AtomicPtr<Node<T>>,
    users: Box<[User<T>]>,
}

// SAFETY: a shared stack moves values from thread to thread (invariant 1), which takes `T: Send`, and never shares one. Nodes are
// shared only as the invariants allow it; what a user has retired is accessed by its handle alone.
unsafe impl<T: Send> Sync for Stack<T> {}
// SAFETY: whoever moves the stack has it alone, with all values and nodes.
unsafe impl<T: Send> Send for Stack<T> {}

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
        for user in &mut self.users {
            for node in user.retired.get_mut().drain(..) {
                // SAFETY: it comes from a box, and `&mut self` shows that nobody reads it. Its value has been popped.
                drop(unsafe { Box::from_raw(node) });
            }
        }
        let mut next = *self.head.get_mut();
        while !next.is_null() {
            // SAFETY: it comes from a box, and nobody has popped it (invariant 1).
            let node = unsafe { Box::from_raw(next) };
            next = node.next;
            drop(ManuallyDrop::into_inner(node.value));
        }
    }
}

/// What one thread uses the stack with.
pub struct Handle<'a, T> {
    stack: &'a Stack<T>,
    /// The user's place in `users`. No other handle has it.
    number: usize,
}

impl<'a, T> Handle<'a, T> {
    #[inline]
    fn user(&self) -> &'a User<T> {
        &self.stack.users[self.number]
    }

    /// Puts a value on top. Lock-free.
    pub fn push(&mut self, value: T) {
        let head = &self.stack.head;
        // Relaxed: nothing is read through it.
        let mut next = head.load(Relaxed);
        let node = Box::into_raw(Box::new(Node { value: ManuallyDrop::new(value), next }));
        // Release: pairs with the Acquire in `pop`; the node is made. Relaxed: a failure only looks again.
        while let Err(now) = head.compare_exchange_weak(next, node, Release, Relaxed) {
            next = now;
            // SAFETY: nobody else knows the node yet.
            unsafe { (*node).next = next };
        }
    }

    /// Takes the value from the top; `None` if there is none. Lock-free.
    pub fn pop(&mut self) -> Option<T> {
        let (head, hazard) = (&self.stack.head, &self.user().hazard);
        // Relaxed: it is looked at again, behind a fence.
        let mut top = head.load(Relaxed);
        while !top.is_null() {
            // Release: pairs with the Acquire in `retire`. If this takes the protection from another node, what we
            // have read of that happens before it is freed.
            hazard.store(top, Release);
            // SeqCst: pairs with the fence in `retire` (invariant 4).
            fence(SeqCst);
            // Acquire: pairs with the Release in `push`; the node is made. The fence has acquired only what the load before it has
            // found: that node may have been freed, and another one made at the same address.
            let now = head.load(Acquire);
            if now != top {
                top = now;
                continue;
            }
            // SAFETY: the node is protected (invariants 3 and 4), and `next` does not change (invariant 2).
            let next = unsafe { (*top).next };
            // Relaxed, both: all that changes `head` are read-modify-writes, so what `push` released is carried on.
            match head.compare_exchange_weak(top, next, Relaxed, Relaxed) {
                Ok(_) => {
                    // SAFETY: the node is ours (invariant 1), so its value is read once.
                    let value = unsafe { ptr::read(&raw const (*top).value) };
                    self.retire(top);
                    return Some(ManuallyDrop::into_inner(value));
                }
                Err(now) => top = now,
            }
        }
        // Release: as above.
        hazard.store(ptr::null_mut(), Release);
        None
    }

    /// Frees the node as soon as nobody reads it.
    fn retire(&mut self, node: *mut Node<T>) {
        // Relaxed: the node that was protected is this one, and nobody else frees it. What was read of others before is published
        // by the fence in `pop`.
        self.user().hazard.store(ptr::null_mut(), Relaxed);
        // SAFETY: one handle has the user, and `&mut self` makes this the only reference.
        let retired = unsafe { &mut *self.user().retired.get() };
        retired.push(node);
        // SeqCst: pairs with the fence in `pop` (invariant 4).
        fence(SeqCst);
        retired.retain(|&node| {
            // Acquire: pairs with the Release in `pop`; what others have read of the node happens before it is freed.
            let is_read = self.stack.users.iter().any(|user| user.hazard.load(Acquire) == node);
            if !is_read {
                // SAFETY: it comes from a box, and nobody reads it, or will (invariant 4). Its value has been popped.
                drop(unsafe { Box::from_raw(node) });
            }
            is_read
        });
    }
}
