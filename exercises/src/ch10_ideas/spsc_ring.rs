//! A ring: one thread puts values in, one takes them out, and neither ever waits for the other.
//!
//! The book's page on this exercise: chapter 10, "One in, one out".

use std::mem::MaybeUninit;
use sync::atomic::{AtomicUsize, Ordering};
use sync::cell::UnsafeCell;

/// A position on cache lines of its own: each is written by another thread.
#[derive(Debug)]
#[repr(align(128))]
struct Position(AtomicUsize);

/// A queue for one thread that puts values in and one that takes them out.
///
/// A slot has two positions: they count from 0 to `2 * capacity - 1`, and begin again. So a full ring, where `head` and `tail` are
/// `capacity` apart, can be told from an empty one, where they are the same.
pub struct Ring<T> {
    slots: Box<[UnsafeCell<MaybeUninit<T>>]>,
    /// Where the consumer reads next.
    head: Position,
    /// Where the producer writes next.
    tail: Position,
}

// Your turn: `Sync`, for the right values.

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
}

/// The values that nobody has taken are dropped with the ring. If the drop of one panics, those behind it are not dropped.
impl<T> Drop for Ring<T> {
    fn drop(&mut self) {
        // Your turn.
        todo!()
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
    pub fn push(&mut self, value: T) -> Result<(), T> {
        todo!()
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
    pub fn pop(&mut self) -> Option<T> {
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test spsc_ring` does.
fn grade() {}
