//! Data that is written by different threads, kept out of each other's cache lines.
//!
//! # Invariant
//!
//! Two fields are in the same block of [`BLOCK`] bytes only if the same threads write them.

use std::ops::{Deref, DerefMut};
use sync::atomic::AtomicUsize;

/// What is written by different threads shares no block of this many bytes.
///
/// A line is 64 bytes on most processors. Twice that, since some fetch lines in pairs, and others have lines of 128 bytes.
pub const BLOCK: usize = 128;

/// A value with its blocks to itself: it begins at a multiple of [`BLOCK`], and fills its last block up.
// The compiler makes a size a multiple of the alignment, which is what keeps the neighbours of the end away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(align(128))]
pub struct CachePadded<T> {
    value: T,
}

const _: () = assert!(align_of::<CachePadded<u8>>() == BLOCK);

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

/// What the sender of a queue writes.
#[derive(Debug)]
struct Sender {
    tail: AtomicUsize,
    head_seen: AtomicUsize,
}

/// What the receiver of a queue writes.
#[derive(Debug)]
struct Receiver {
    head: AtomicUsize,
    tail_seen: AtomicUsize,
}

/// The five numbers of a queue in a ring, for one sender and one receiver.
#[derive(Debug)]
pub struct Indices {
    sender: CachePadded<Sender>,
    receiver: CachePadded<Receiver>,
    /// Nobody writes it, so every core can keep a copy; but for that it must not be in a line that is written.
    capacity: CachePadded<usize>,
}

impl Indices {
    /// Of an empty queue.
    pub const fn new(capacity: usize) -> Self {
        let sender = Sender { tail: AtomicUsize::new(0), head_seen: AtomicUsize::new(0) };
        let receiver = Receiver { head: AtomicUsize::new(0), tail_seen: AtomicUsize::new(0) };
        Self {
            sender: CachePadded::new(sender),
            receiver: CachePadded::new(receiver),
            capacity: CachePadded::new(capacity),
        }
    }

    /// How many messages were sent. The sender writes it, with every message; the receiver reads it.
    pub fn tail(&self) -> &AtomicUsize {
        &self.sender.tail
    }

    /// What the sender has last seen of `head`. Only the sender reads or writes it.
    pub fn head_seen(&self) -> &AtomicUsize {
        &self.sender.head_seen
    }

    /// How many messages were received. The receiver writes it, with every message; the sender reads it.
    pub fn head(&self) -> &AtomicUsize {
        &self.receiver.head
    }

    /// What the receiver has last seen of `tail`. Only the receiver reads or writes it.
    pub fn tail_seen(&self) -> &AtomicUsize {
        &self.receiver.tail_seen
    }

    /// How many messages there is room for. Both read it with every message, and nobody writes it.
    pub fn capacity(&self) -> &usize {
        &self.capacity
    }
}
