//! Hazard pointers: each user says which nodes it reads, and a node is freed when nobody reads it any more.
//!
//! # Invariants
//!
//! 1. Each user has places of its own, and nobody else writes them. A list of retired nodes belongs to one user, too.
//! 2. A node is freed if, after it was retired and behind a fence, no place leads to it. Of a user that announces a node and
//!    one that frees it, a fence is the first. Either the one that frees sees the place, or the other, which looks again, sees that
//!    the node has been taken out.

use std::ptr;
use sync::atomic::{
    AtomicPtr,
    Ordering::{Acquire, Relaxed, Release, SeqCst},
    fence,
};
use sync::cell::UnsafeCell;

/// What belongs to one user, in cache lines of its own: it writes them each time it reads a node.
#[repr(align(128))]
struct Places<T, const PLACES: usize> {
    reads: [AtomicPtr<T>; PLACES],
    retired: UnsafeCell<Vec<*mut T>>,
}

/// Hazard pointers for nodes of type `T`, each of which is a box: `PLACES` of them for each of a fixed number of users.
///
/// From M. Michael, "Hazard Pointers: Safe Memory Reclamation for Lock-Free Objects" (2004).
pub struct Hazards<T, const PLACES: usize> {
    users: Box<[Places<T, PLACES>]>,
}

// SAFETY: nodes move from thread to thread, and whoever retires one promises that it may be dropped there. Places are atomics; the
// lists of retired nodes have one user each (invariant 1).
unsafe impl<T: Send, const PLACES: usize> Sync for Hazards<T, PLACES> {}
// SAFETY: whoever moves it has all retired nodes alone.
unsafe impl<T: Send, const PLACES: usize> Send for Hazards<T, PLACES> {}

impl<T, const PLACES: usize> Hazards<T, PLACES> {
    /// For so many users.
    pub fn new(users: usize) -> Self {
        let places = || Places {
            reads: std::array::from_fn(|_| AtomicPtr::new(ptr::null_mut())),
            retired: UnsafeCell::new(Vec::new()),
        };
        Self { users: (0..users).map(|_| places()).collect() }
    }

    /// How many users there are.
    pub fn len(&self) -> usize {
        self.users.len()
    }

    /// Is there no user?
    pub fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    /// The user with this number, from 0.
    ///
    /// # Safety
    ///
    /// Nobody else has the user with this number at the same time.
    pub unsafe fn user(&self, number: usize) -> User<'_, T, PLACES> {
        User { hazards: self, places: &self.users[number] }
    }
}

impl<T, const PLACES: usize> Drop for Hazards<T, PLACES> {
    fn drop(&mut self) {
        for places in &mut self.users {
            for node in places.retired.get_mut().drain(..) {
                // SAFETY: it comes from a box, as was promised to `retire`, and `&mut self` shows that nobody reads it.
                drop(unsafe { Box::from_raw(node) });
            }
        }
    }
}

/// One who reads nodes, and retires them.
pub struct User<'a, T, const PLACES: usize> {
    hazards: &'a Hazards<T, PLACES>,
    places: &'a Places<T, PLACES>,
}

// SAFETY: a user is as good on another thread: its places and its list are used by whoever has it (invariant 1).
unsafe impl<T: Send, const PLACES: usize> Send for User<'_, T, PLACES> {}

impl<T, const PLACES: usize> User<'_, T, PLACES> {
    /// Says that this user reads the node, in place of what it read there before. Null says that it reads none.
    ///
    /// Whoever calls this must look afterwards whether the node can still be reached. If so, it is not freed until the place says
    /// something else.
    #[inline]
    pub fn announce(&self, place: usize, node: *mut T) {
        // Release: pairs with the Acquire in `retire`; what was read of the node before happens before that one is freed.
        self.places.reads[place].store(node, Release);
        // SeqCst: pairs with the fence in `retire` (invariant 2).
        fence(SeqCst);
    }

    /// The node to which this pointer leads, or null. The node is not freed until the place says something else, if it is
    /// retired only when nothing leads to it.
    #[inline]
    pub fn protect(&self, place: usize, pointer: &AtomicPtr<T>) -> *mut T {
        // Relaxed: it is loaded again.
        let mut node = pointer.load(Relaxed);
        loop {
            self.announce(place, node);
            // Acquire: pairs with the Release of whoever has stored the node. The first load is not enough, though a fence has
            // come since: the node that it found may have been freed, and another one made at the same address.
            let now = pointer.load(Acquire);
            if now == node {
                return node;
            }
            node = now;
        }
    }

    /// Reads nothing any more.
    #[inline]
    pub fn clear(&self) {
        for place in &self.places.reads {
            // Release: as in `announce`.
            place.store(ptr::null_mut(), Release);
        }
    }

    /// Drops the node as soon as no other user reads it.
    ///
    /// # Safety
    ///
    /// The node comes from a box, nothing leads to it any more, this user does not read it again, and it is retired once.
    pub unsafe fn retire(&mut self, node: *mut T) {
        // SAFETY: one has the user, and `&mut self` makes this the only reference.
        let retired = unsafe { &mut *self.places.retired.get() };
        retired.push(node);
        // SeqCst: pairs with the fence in `announce` (invariant 2).
        fence(SeqCst);
        retired.retain(|&node| {
            let others = self.hazards.users.iter().filter(|places| !ptr::eq(*places, self.places));
            let mut reads = others.flat_map(|places| &places.reads);
            // Acquire: pairs with the Release in `announce`; what others have read of the node happens before it is freed.
            let is_read = reads.any(|place| place.load(Acquire) == node);
            if !is_read {
                // SAFETY: it comes from a box, as was promised, and nobody reads it, or will (invariant 2).
                drop(unsafe { Box::from_raw(node) });
            }
            is_read
        });
    }
}
