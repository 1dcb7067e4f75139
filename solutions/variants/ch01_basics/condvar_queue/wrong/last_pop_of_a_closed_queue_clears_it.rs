//! The first `pop` of a closed queue throws the rest away, if that is more than one item.
//!
//! Rejected by: closed_queue_still_gives_out_what_is_in_it
//! Because: that were in the queue when it was closed

use std::collections::VecDeque;
use sync::{Condvar, Mutex};

/// A queue that holds a limited number of items.
///
/// A monitor: C. A. R. Hoare, "Monitors: an operating system structuring concept", Communications of the ACM 17 (1974).
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

const UNPOISONED: &str = "nothing panics while the lock is held";

impl<T> Queue<T> {
    /// An empty, open queue.
    ///
    /// # Panics
    ///
    /// If `capacity` is 0: no item could ever be handed over.
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "a queue must have room for an item");
        Self {
            state: Mutex::new(State { items: VecDeque::new(), closed: false }),
            capacity,
            not_empty: Condvar::new(),
            not_full: Condvar::new(),
        }
    }

    /// Puts an item at the end. Sleeps while the queue is full and open.
    ///
    /// # Errors
    ///
    /// If the queue is closed; the item is in the error.
    pub fn push(&self, item: T) -> Result<(), T> {
        let state = self.state.lock().expect(UNPOISONED);
        let is_full = |state: &mut State<T>| !state.closed && state.items.len() == self.capacity;
        let mut state = self.not_full.wait_while(state, is_full).expect(UNPOISONED);
        if state.closed {
            return Err(item);
        }
        state.items.push_back(item);
        self.not_empty.notify_one();
        Ok(())
    }

    /// Takes the item at the front. Sleeps while the queue is empty and open. `None` if it is empty and closed.
    pub fn pop(&self) -> Option<T> {
        let state = self.state.lock().expect(UNPOISONED);
        let is_empty = |state: &mut State<T>| !state.closed && state.items.is_empty();
        let mut state = self.not_empty.wait_while(state, is_empty).expect(UNPOISONED);
        let item = state.items.pop_front()?;
        if state.closed && state.items.len() > 1 {
            state.items.clear();
        }
        self.not_full.notify_one();
        Some(item)
    }

    /// Closes the queue: nothing more gets in, and what is in it can still be taken out.
    pub fn close(&self) {
        self.state.lock().expect(UNPOISONED).closed = true;
        self.not_empty.notify_all();
        self.not_full.notify_all();
    }
}
