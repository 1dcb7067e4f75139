//! A stack without a lock, of a fixed number of nodes, with a tag against ABA.
//!
//! The stack is R. K. Treiber's: "Systems programming: coping with parallelism", IBM Research Report RJ 5118 (1986). The tag
//! is older: it is in the description of compare-and-swap in the IBM System/370 Principles of Operation.
//!
//! # Invariants
//!
//! 1. A node is in one of three places: in the list `full`, in the list `spare`, or in the hands of one thread, which took it
//!    from a list and has not yet put it into one.
//! 2. A node in `full` has a value, one in `spare` has none. Only a thread that has a node in its hands uses its `value`.
//! 3. A [`List`] never has the same `head` twice, but for 2³² changes later: each `put` makes a new tag, and between two of
//!    them the top changes only downwards. So an exchange that succeeds replaces the very write that was loaded.
//! 4. What was done to a node before it was put into a list happens before what is done by the thread that takes it: the
//!    release sequence of the `put` goes on until the node is taken, since every change of a `head` is a read-modify-write.

use std::mem::MaybeUninit;
use sync::atomic::{
    AtomicU32, AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;

/// The number of no node. Nodes are numbered from 1.
const NIL: u32 = 0;

/// Where a value is kept, and the number of the node below it.
struct Node<T> {
    value: UnsafeCell<MaybeUninit<T>>,
    next: AtomicU32,
}

impl<T> Node<T> {
    const fn new(next: u32) -> Self {
        Self { value: UnsafeCell::new(MaybeUninit::uninit()), next: AtomicU32::new(next) }
    }

    /// Moves a value in.
    ///
    /// # Safety
    ///
    /// The node is in the caller's hands. A value that is in it is forgotten.
    unsafe fn fill(&self, value: T) {
        // SAFETY: by the caller, nobody else uses the cell.
        self.value.with_mut(|place| unsafe { (*place).write(value) });
    }

    /// Moves the value out.
    ///
    /// # Safety
    ///
    /// The node is in the caller's hands and has a value. Afterwards it has none.
    unsafe fn empty(&self) -> T {
        // SAFETY: by the caller, nobody else uses the cell, and there is a value, which is not used again.
        self.value.with_mut(|place| unsafe { (*place).assume_init_read() })
    }
}

/// What is in the word of a list: the number of the top node, and how often a node has been put on top.
#[derive(Clone, Copy)]
struct Head {
    tag: u32,
    top: u32,
}

impl Head {
    const fn pack(self) -> u64 {
        (self.tag as u64) << 32 | self.top as u64
    }

    const fn unpack(word: u64) -> Self {
        Self { tag: (word >> 32) as u32, top: word as u32 }
    }
}

/// A list of nodes, taken and put at the top.
struct List {
    head: AtomicU64,
}

impl List {
    /// A list that begins with the node `top`.
    const fn new(top: u32) -> Self {
        Self { head: AtomicU64::new(Head { tag: 0, top }.pack()) }
    }

    /// Takes the top node.
    fn take<T>(&self, nodes: &[Node<T>]) -> Option<u32> {
        // Acquire: pairs with the Release in `put`, for the `next` of the top node and for its value.
        let mut word = self.head.load(Acquire);
        loop {
            let Head { tag, top } = Head::unpack(word);
            if top == NIL {
                return None;
            }
            // Relaxed: written before the `put` that we have synchronized with. If another thread has taken the node since,
            // this may be the `next` of another list; then the exchange fails (invariant 3).
            let next = node(nodes, top).next.load(Relaxed);
            let below = Head { tag, top: next }.pack();
            // Relaxed on success: it reads the very write that the load did (invariant 3), which acquired. Acquire on
            // failure: it takes the load's place.
            match self.head.compare_exchange_weak(word, below, Relaxed, Acquire) {
                Ok(_) => return Some(top),
                Err(now) => word = now,
            }
        }
    }

    /// Puts a node on top. The caller has it in its hands.
    fn put<T>(&self, nodes: &[Node<T>], number: u32) {
        // Relaxed: the word is only compared; nothing is done to the node that it names.
        let mut word = self.head.load(Relaxed);
        loop {
            let Head { tag, top } = Head::unpack(word);
            // Relaxed: published by the exchange.
            node(nodes, number).next.store(top, Relaxed);
            let head = Head { tag: tag.wrapping_add(1), top: number }.pack();
            // Release: pairs with the Acquire in `take`; the node's `next` and its value come along.
            match self.head.compare_exchange_weak(word, head, Release, Relaxed) {
                Ok(_) => return,
                Err(now) => word = now,
            }
        }
    }
}

fn node<T>(nodes: &[Node<T>], number: u32) -> &Node<T> {
    &nodes[number as usize - 1]
}

/// A stack with room for a fixed number of values, for any number of threads.
///
/// Lock-free: whichever thread is stopped, the others get on.
pub struct Stack<T> {
    nodes: Box<[Node<T>]>,
    full: List,
    spare: List,
}

// SAFETY: a value is used by one thread at a time (invariant 2), each after the one before (invariant 4). It goes from one
// thread to another, which takes `T: Send`, and is never shared.
unsafe impl<T: Send> Sync for Stack<T> {}

impl<T> Stack<T> {
    /// An empty stack with room for this many values.
    ///
    /// # Panics
    ///
    /// If `capacity` is `u32::MAX`, or if there is no memory.
    pub fn with_capacity(capacity: u32) -> Self {
        assert!(capacity < u32::MAX, "nodes are numbered from 1");
        // Node 1 is on top of node 2, and so on.
        let next = (2..=capacity).chain([NIL]).take(capacity as usize);
        let top = if capacity == 0 { NIL } else { 1 };
        Self { nodes: next.map(Node::new).collect(), full: List::new(NIL), spare: List::new(top) }
    }

    /// Puts a value on top.
    ///
    /// # Errors
    ///
    /// The value, if there is no room. The place of a value that another thread is just taking off may not be free yet.
    pub fn push(&self, value: T) -> Result<(), T> {
        let Some(number) = self.spare.take(&self.nodes) else { return Err(value) };
        // SAFETY: the node is in our hands (invariant 2), and has no value that would be lost.
        unsafe { node(&self.nodes, number).fill(value) };
        self.full.put(&self.nodes, number);
        Ok(())
    }

    /// Takes the value off that is on top.
    pub fn pop(&self) -> Option<T> {
        let number = self.full.take(&self.nodes)?;
        // SAFETY: the node is in our hands, and has a value (invariant 2). It goes into `spare`, where it has none.
        let value = unsafe { node(&self.nodes, number).empty() };
        self.spare.put(&self.nodes, number);
        Some(value)
    }
}

impl<T> Drop for Stack<T> {
    fn drop(&mut self) {
        while self.pop().is_some() {}
    }
}
