//! A ring: one thread puts values in, one takes them out, and neither ever waits for the other.
//!
//! # The ring
//!
//! ```text
//!            head: where the consumer reads next
//!             ▼
//!   ┌─────┬─────┬─────┬─────┬─────┐
//!   │     │  a  │  b  │  c  │     │      positions count from 0 to 2 · capacity - 1, and begin again
//!   └─────┴─────┴─────┴─────┴─────┘
//!                           ▲
//!                          tail: where the producer writes next
//! ```
//!
//! A slot has two positions, one in each half of the count. So a full ring, where the two are `capacity` apart, can be told from
//! an empty one, where they are the same, and every slot can be used.
//!
//! # Invariants
//!
//! 1. Only the producer writes `tail`, only the consumer `head`. There is one of each at a time, as `split` borrows the ring
//!    mutably, and `push` and `pop` take theirs by `&mut`.
//! 2. From `head` on, `tail - head` slots have a value, at most `capacity`. The consumer owns them, and the producer the rest.
//! 3. A slot changes its owner by the store to `tail`, after it was written, or to `head`, after it was read. Whoever gets it has
//!    read that store, or a later one, with `Acquire`.
//! 4. What an end has seen of the other's position is old at worst: then fewer slots seem to be its own than are.
//! 5. Before an end looks again at the other's position, the stores to its own come before a fence. Of a producer that finds
//!    the ring full and a consumer that finds it empty, one has seen all that the other did. So each answer was true.

use std::mem::MaybeUninit;
use sync::atomic::{
    AtomicUsize,
    Ordering::{Acquire, Release, SeqCst},
    fence,
};
use sync::cell::UnsafeCell;

/// A position on cache lines of its own: each is written by another thread.
#[derive(Debug)]
#[repr(align(128))]
struct Position(AtomicUsize);

/// A queue for one thread that puts values in and one that takes them out.
///
/// The algorithm is known as Lamport's queue. That each end remembers where it has last seen the other, and counts positions twice
/// as far as there are slots, is as in the crate `rtrb`.
pub struct Ring<T> {
    slots: Box<[UnsafeCell<MaybeUninit<T>>]>,
    head: Position,
    tail: Position,
}

// SAFETY: each slot belongs to one end at a time (invariant 2), and its accesses are ordered (invariant 3). So values move from
// thread to thread, which takes `T: Send`, and are never shared.
unsafe impl<T: Send> Sync for Ring<T> {}

impl<T> Ring<T> {
    /// A ring with room for `capacity` values. It is allocated once, here.
    ///
    /// # Panics
    ///
    /// If `capacity` is 0, or above `usize::MAX / 2`.
    pub fn new(capacity: usize) -> Self {
        Self::starting_after(capacity, 0)
    }

    /// As [`new`](Self::new), as if this many values had passed through it before.
    ///
    /// # Panics
    ///
    /// As `new`.
    pub fn starting_after(capacity: usize, passed: usize) -> Self {
        assert!(capacity > 0, "a ring has room for one value at least");
        assert!(capacity <= usize::MAX / 2, "a ring has room for `usize::MAX / 2` values at most");
        let slots = (0..capacity).map(|_| UnsafeCell::new(MaybeUninit::uninit())).collect();
        let first = passed % (2 * capacity);
        let [head, tail] = [first, first].map(|position| Position(AtomicUsize::new(position)));
        Self { slots, head, tail }
    }

    /// The two ends. When both are gone it can be split again, and goes on where it was.
    pub fn split(&mut self) -> (Producer<'_, T>, Consumer<'_, T>) {
        let (head, tail) = (*self.head.0.get_mut(), *self.tail.0.get_mut());
        let producer = Producer { ring: self, tail, head_seen: head };
        (producer, Consumer { ring: self, head, tail_seen: tail })
    }

    /// The position after this one.
    #[inline]
    fn after(&self, position: usize) -> usize {
        let next = position + 1;
        if next == 2 * self.slots.len() { 0 } else { next }
    }

    /// The slot at this position.
    #[inline]
    fn slot(&self, position: usize) -> &UnsafeCell<MaybeUninit<T>> {
        let capacity = self.slots.len();
        &self.slots[if position < capacity { position } else { position - capacity }]
    }

    /// Are the positions `capacity` apart? Then they are those of one slot.
    #[inline]
    fn is_full(&self, head: usize, tail: usize) -> bool {
        head.abs_diff(tail) == self.slots.len()
    }
}

/// The values that nobody has taken are dropped with the ring. If the drop of one panics, those behind it are not dropped.
impl<T> Drop for Ring<T> {
    fn drop(&mut self) {
        let (mut head, tail) = (*self.head.0.get_mut(), *self.tail.0.get_mut());
        while head != tail {
            // SAFETY: there is a value (invariant 2), and both ends are gone, as they borrow the ring.
            unsafe { (*self.slot(head).get()).assume_init_drop() };
            head = self.after(head);
        }
    }
}

/// The end that puts values in.
pub struct Producer<'a, T> {
    ring: &'a Ring<T>,
    /// What `tail` is: nobody else writes it.
    tail: usize,
    /// What `head` was when this end last looked.
    head_seen: usize,
}

impl<T> Producer<'_, T> {
    /// Puts a value in behind the others. Never waits.
    ///
    /// # Errors
    ///
    /// If the ring is full: the value comes back. It was full at some moment of the call.
    #[inline]
    pub fn push(&mut self, value: T) -> Result<(), T> {
        let ring = self.ring;
        if ring.is_full(self.head_seen, self.tail) {
            // SeqCst: pairs with the fence in `pop` (invariant 5).
            fence(SeqCst);
            // Acquire: pairs with the Release in `pop`; the value that was in the slot is out.
            self.head_seen = ring.head.0.load(Acquire);
            if ring.is_full(self.head_seen, self.tail) {
                return Err(value);
            }
        }
        // SAFETY: the slot is ours: it is not full to where the head was (invariants 2 to 4), and this is the only producer.
        unsafe { (*ring.slot(self.tail).get()).write(value) };
        self.tail = ring.after(self.tail);
        // Release: pairs with the Acquire in `pop`; the value is in the slot.
        ring.tail.0.store(self.tail, Release);
        Ok(())
    }
}

/// The end that takes values out.
pub struct Consumer<'a, T> {
    ring: &'a Ring<T>,
    /// What `head` is: nobody else writes it.
    head: usize,
    /// What `tail` was when this end last looked.
    tail_seen: usize,
}

impl<T> Consumer<'_, T> {
    /// Takes the value out that has been in for longest; `None` if there is none. Never waits.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        let ring = self.ring;
        if self.head == self.tail_seen {
            // SeqCst: pairs with the fence in `push` (invariant 5).
            fence(SeqCst);
            // Acquire: pairs with the Release in `push`; the value is in the slot.
            self.tail_seen = ring.tail.0.load(Acquire);
            if self.head == self.tail_seen {
                return None;
            }
        }
        // SAFETY: there is a value, and the slot is ours (invariants 2 to 4). The store to `head` gives the slot away, so the
        // value is read once.
        let value = unsafe { (*ring.slot(self.head).get()).assume_init_read() };
        self.head = ring.after(self.head);
        // Release: pairs with the Acquire in `push`; the value is out of the slot.
        ring.head.0.store(self.head, Release);
        Some(value)
    }
}
