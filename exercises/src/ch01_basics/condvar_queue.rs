//! A queue between threads: consumers sleep while it is empty, producers while it is full.
//!
//! The book's page on this exercise: chapter 1, "A queue that makes you wait".

use std::collections::VecDeque;
use sync::{Condvar, Mutex};

/// A queue that holds a limited number of items.
pub struct Queue<T> {
    state: Mutex<State<T>>,
    capacity: usize,
    /// There is an item, or the queue is closed.
    not_empty: Condvar,
    /// There is room, or the queue is closed.
    not_full: Condvar,
}

struct State<T> {
    items: VecDeque<T>,
    closed: bool,
}

impl<T> Queue<T> {
    /// An empty, open queue.
    ///
    /// # Panics
    ///
    /// If `capacity` is 0: no item could ever be handed over.
    pub fn new(capacity: usize) -> Self {
        todo!()
    }

    /// Puts an item at the end. Sleeps while the queue is full and open.
    ///
    /// # Errors
    ///
    /// If the queue is closed; the item is in the error.
    pub fn push(&self, item: T) -> Result<(), T> {
        // Your turn. What must you look at before you sleep, and what when you wake? Whom do you wake?
        todo!()
    }

    /// Takes the item at the front. Sleeps while the queue is empty and open. `None` if it is empty and closed.
    pub fn pop(&self) -> Option<T> {
        todo!()
    }

    /// Closes the queue: nothing more gets in, and what is in it can still be taken out.
    pub fn close(&self) {
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test condvar_queue` does.
fn grade() {}
