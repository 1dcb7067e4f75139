//! A stack without a lock, of a fixed number of nodes, with a tag against ABA.
//!
//! The book's page on this exercise: chapter 2, "The same value again".
//!
//! A node is in the list `full`, with a value, or in the list `spare`, without one, or in the hands of one thread, which took
//! it from the one and puts it into the other. Both lists work alike, so there is one type for them.

use std::mem::MaybeUninit;
use sync::atomic::{AtomicU32, AtomicU64, Ordering};
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
        // Your turn. What if the node is gone, and has come back, between your load and your exchange?
        todo!()
    }

    /// Puts a node on top. The caller has it in its hands.
    fn put<T>(&self, nodes: &[Node<T>], number: u32) {
        todo!()
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

// Your turn: for which `T` may threads share a `Stack<T>`? Write the `unsafe impl`, and say why it is sound.

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
        // Your turn: a spare node, `fill`, and into `full`. Why may you call `fill`?
        todo!()
    }

    /// Takes the value off that is on top.
    pub fn pop(&self) -> Option<T> {
        // Your turn: the other way, with `empty`. Why may you call it?
        todo!()
    }
}

impl<T> Drop for Stack<T> {
    fn drop(&mut self) {
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test aba_stack` does.
fn grade() {}
