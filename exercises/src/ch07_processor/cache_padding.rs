//! Data that is written by different threads, kept out of each other's cache lines.
//!
//! The book's page on this exercise: chapter 7, "Keep your distance".

use std::ops::{Deref, DerefMut};
use sync::atomic::AtomicUsize;

/// What is written by different threads shares no block of this many bytes.
pub const BLOCK: usize = 128;

/// A value with its blocks to itself: it begins at a multiple of [`BLOCK`], and fills its last block up.
// Your turn: is there an attribute that makes this so?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CachePadded<T> {
    value: T,
}

impl<T> CachePadded<T> {
    /// Pads `value`.
    pub const fn new(value: T) -> Self {
        Self { value }
    }

    /// The value without its padding.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> Deref for CachePadded<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for CachePadded<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

/// The five numbers of a queue in a ring, for one sender and one receiver.
#[derive(Debug)]
pub struct Indices {
    // Your turn: arrange them. Three blocks are enough.
    tail: AtomicUsize,
    head_seen: AtomicUsize,
    head: AtomicUsize,
    tail_seen: AtomicUsize,
    capacity: usize,
}

impl Indices {
    /// Of an empty queue.
    pub const fn new(capacity: usize) -> Self {
        todo!()
    }

    /// How many messages were sent. The sender writes it, with every message; the receiver reads it.
    pub fn tail(&self) -> &AtomicUsize {
        todo!()
    }

    /// What the sender has last seen of `head`. Only the sender reads or writes it.
    pub fn head_seen(&self) -> &AtomicUsize {
        todo!()
    }

    /// How many messages were received. The receiver writes it, with every message; the sender reads it.
    pub fn head(&self) -> &AtomicUsize {
        todo!()
    }

    /// What the receiver has last seen of `tail`. Only the receiver reads or writes it.
    pub fn tail_seen(&self) -> &AtomicUsize {
        todo!()
    }

    /// How many messages there is room for. Both read it with every message, and nobody writes it.
    pub fn capacity(&self) -> &usize {
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test cache_padding` does.
fn grade() {}
