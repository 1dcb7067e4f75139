//! A ring without a lock: the places are handed out by counters that order nothing.
//!
//! Rejected by: item_happens_before_its_use
//! Because: data race

use std::collections::VecDeque;
use sync::atomic::{AtomicPtr, Ordering::Relaxed};
use sync::{Condvar, Mutex};

/// A place for one item that is handed over without the lock.
struct Handover<T>(AtomicPtr<T>);

impl<T> Handover<T> {
    /// Takes the item, if there is one.
    fn take(&self) -> Option<T> {
        let item = self.0.swap(std::ptr::null_mut(), Relaxed);
        // SAFETY: the pointer came out of a box, and was swapped out by this thread alone.
        (!item.is_null()).then(|| *unsafe { Box::from_raw(item) })
    }

    /// Leaves an item, unless one is there.
    fn leave(&self, item: T) -> Result<(), T> {
        let new = Box::into_raw(Box::new(item));
        let null = std::ptr::null_mut();
        // SAFETY: the pointer came out of a box, and nobody else has seen it.
        let back = |_| *unsafe { Box::from_raw(new) };
        self.0.compare_exchange(null, new, Relaxed, Relaxed).map(drop).map_err(back)
    }
}

impl<T> Drop for Handover<T> {
    fn drop(&mut self) {
        drop(self.take());
    }
}

// SAFETY: an item is handed from thread to thread.
unsafe impl<T: Send> Sync for Handover<T> {}

/// A queue that holds a limited number of items.
///
/// A monitor: C. A. R. Hoare, "Monitors: an operating system structuring concept", Communications of the ACM 17 (1974).
pub struct Queue<T> {
    state: Mutex<State<T>>,
    capacity: usize,
    /// Saves the lock where producer and consumer keep pace.
    handover: Handover<T>,
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
            handover: Handover(AtomicPtr::new(std::ptr::null_mut())),
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
        let item = match self.handover.leave(item) {
            Ok(()) => {
                self.not_empty.notify_all();
                return Ok(());
            }
            Err(item) => item,
        };
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
        if let Some(item) = self.handover.take() {
            return Some(item);
        }
        let state = self.state.lock().expect(UNPOISONED);
        let is_empty = |state: &mut State<T>| !state.closed && state.items.is_empty();
        let mut state = self.not_empty.wait_while(state, is_empty).expect(UNPOISONED);
        let item = state.items.pop_front()?;
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
