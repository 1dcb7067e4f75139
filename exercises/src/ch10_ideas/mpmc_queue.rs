//! A bounded queue for many producers and many consumers: a ring in which each slot knows whose turn it is.
//!
//! The book's page on this exercise: chapter 10, "Whose turn is this slot?".

use std::mem::MaybeUninit;
use sync::atomic::{AtomicUsize, Ordering, fence};
use sync::cell::UnsafeCell;
use sync::hint;

/// A place for one value.
struct Slot<T> {
    /// `p`: free for the producer that gets position `p`. `p + 1`: full, for the consumer that gets `p`. `p + lap`: free again.
    stamp: AtomicUsize,
    value: UnsafeCell<MaybeUninit<T>>,
}

/// A queue with room for a fixed number of values, first in, first out.
pub struct Queue<T> {
    /// The next position that a consumer gets.
    head: AtomicUsize,
    /// The next position that a producer gets.
    tail: AtomicUsize,
    slots: Box<[Slot<T>]>,
    /// One lap: a power of two above the number of slots.
    lap: usize,
}

// Your turn: `Sync`, for the right values.

impl<T> Queue<T> {
    /// An empty queue with room for `capacity` values. It is allocated once, here.
    ///
    /// # Panics
    ///
    /// If `capacity` is 0.
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "a queue has room for one value at least");
        let value = || UnsafeCell::new(MaybeUninit::uninit());
        let slot = |index| Slot { stamp: AtomicUsize::new(index), value: value() };
        let slots = (0..capacity).map(slot).collect();
        // Above the capacity, so that `p + 1` is never `p + lap`.
        let lap = (capacity + 1).next_power_of_two();
        Self { head: AtomicUsize::new(0), tail: AtomicUsize::new(0), slots, lap }
    }

    /// The slot at this position.
    fn slot(&self, position: usize) -> &Slot<T> {
        &self.slots[position & (self.lap - 1)]
    }

    /// The position after this one. The laps wrap.
    fn after(&self, position: usize) -> usize {
        let index = position & (self.lap - 1);
        if index + 1 < self.slots.len() {
            position + 1
        } else {
            (position - index).wrapping_add(self.lap)
        }
    }

    /// Puts a value in behind the others. Spins while another thread is at work on the slot.
    ///
    /// # Errors
    ///
    /// If the queue is full: the value comes back. It was full at some moment of the call.
    pub fn push(&self, value: T) -> Result<(), T> {
        todo!()
    }

    /// Takes the value out that has been in for longest; `None` if there was none at some moment of the call. Spins while another
    /// thread is at work on the slot.
    pub fn pop(&self) -> Option<T> {
        todo!()
    }
}

/// The values that are left are dropped with the queue. If the drop of one panics, those behind it are not dropped.
impl<T> Drop for Queue<T> {
    fn drop(&mut self) {
        // Your turn.
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test mpmc_queue` does.
fn grade() {}
