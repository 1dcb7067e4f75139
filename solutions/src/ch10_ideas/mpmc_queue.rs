//! A bounded queue for many producers and many consumers: a ring in which each slot knows whose turn it is.
//!
//! # Positions and stamps
//!
//! A position is a slot's number, and the lap in the bits above. The stamp of a slot says what it waits for:
//!
//! | `stamp` of a slot, next to be used at position `p` | its value | who may use it |
//! |---|---|---|
//! | `p` | none | the producer that gets `p` from `tail` |
//! | `p + 1` | there | the consumer that gets `p` from `head` |
//! | `p + lap` | none | the producer that gets that, one lap later |
//!
//! # Invariants
//!
//! 1. Each position is got from `tail` by one producer, and from `head` by one consumer. `head` is at most `tail`, and `tail` at most
//!    one lap further than `head`.
//! 2. Between the exchange that gets the position and the store to the stamp, the slot belongs to the thread that got it.
//! 3. Whoever gets a position has read the stamp that says so with `Acquire`: what the last owner did to the slot happens before.
//! 4. "Full" is said if `head` is a lap behind `tail`, "empty" if they are the same. A stamp alone does not say it: a thread may
//!    have got a position, and not yet set the stamp. Whoever has seen a position has seen, behind the fence, what its owner knew of
//!    the other one; and of two threads that say "full" and "empty" at once, one has seen what the other did.

use parts::CachePadded;
use std::mem::MaybeUninit;
use sync::atomic::{
    AtomicUsize,
    Ordering::{Acquire, Relaxed, Release, SeqCst},
    fence,
};
use sync::cell::UnsafeCell;
use sync::hint;

/// A place for one value.
struct Slot<T> {
    stamp: AtomicUsize,
    value: UnsafeCell<MaybeUninit<T>>,
}

/// A queue with room for a fixed number of values, first in, first out.
///
/// The algorithm is D. Vyukov's bounded MPMC queue, with the laps and the test for "full" and "empty" of crossbeam's `ArrayQueue`.
pub struct Queue<T> {
    /// The next position that a consumer gets.
    head: CachePadded<AtomicUsize>,
    /// The next position that a producer gets.
    tail: CachePadded<AtomicUsize>,
    slots: Box<[Slot<T>]>,
    /// One lap: a power of two above the number of slots.
    lap: usize,
}

// SAFETY: each slot belongs to one thread at a time (invariant 2), and its accesses are ordered (invariant 3). So values move from
// thread to thread, which takes `T: Send`, and are never shared.
unsafe impl<T: Send> Sync for Queue<T> {}

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
        let [head, tail] = [0, 0].map(|position| CachePadded::new(AtomicUsize::new(position)));
        Self { head, tail, slots, lap }
    }

    /// The slot at this position.
    #[inline]
    fn slot(&self, position: usize) -> &Slot<T> {
        &self.slots[position & (self.lap - 1)]
    }

    /// The position after this one. The laps wrap.
    #[inline]
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
    #[inline]
    pub fn push(&self, value: T) -> Result<(), T> {
        // Relaxed: the exchange finds out whether it is still so.
        let mut tail = self.tail.load(Relaxed);
        loop {
            let slot = self.slot(tail);
            // Acquire: pairs with the Release in `pop`; the value that was in the slot is out.
            let stamp = slot.stamp.load(Acquire);
            if stamp == tail {
                // Release: pairs with the fence in `push`, after its load; whoever sees this tail sees the head that made room.
                // Relaxed: a failure only looks again. Neither hands the slot over; the stamps do (invariant 3).
                match self.tail.compare_exchange_weak(tail, self.after(tail), Release, Relaxed) {
                    Ok(_) => {
                        // SAFETY: the slot is ours (invariant 2), and empty.
                        unsafe { (*slot.value.get()).write(value) };
                        // Release: pairs with the Acquire in `pop`; the value is in the slot.
                        slot.stamp.store(tail + 1, Release);
                        return Ok(());
                    }
                    Err(now) => tail = now,
                }
                continue;
            }
            // The slot has a value of the last lap.
            if stamp.wrapping_add(self.lap) == tail.wrapping_add(1) {
                // SeqCst: pairs with the fence in `pop` (invariant 4). Acquire is in it: see the exchange.
                fence(SeqCst);
                // Relaxed: the fence orders it.
                if self.head.load(Relaxed).wrapping_add(self.lap) == tail {
                    return Err(value);
                }
            }
            // Somebody is about to take that value, or has got our position.
            hint::spin_loop();
            // Relaxed: as above.
            tail = self.tail.load(Relaxed);
        }
    }

    /// Takes the value out that has been in for longest; `None` if there was none at some moment of the call. Spins while another
    /// thread is at work on the slot.
    #[inline]
    pub fn pop(&self) -> Option<T> {
        // Relaxed: the exchange finds out whether it is still so.
        let mut head = self.head.load(Relaxed);
        loop {
            let slot = self.slot(head);
            // Acquire: pairs with the Release in `push`; the value is in the slot.
            let stamp = slot.stamp.load(Acquire);
            if stamp == head + 1 {
                // Release: pairs with the fence in `pop`, after its load; whoever sees this head sees the tail before it.
                // Relaxed: as in `push`.
                match self.head.compare_exchange_weak(head, self.after(head), Release, Relaxed) {
                    Ok(_) => {
                        // SAFETY: the slot is ours (invariant 2), and has a value. The new stamp gives it away.
                        let value = unsafe { (*slot.value.get()).assume_init_read() };
                        // Release: pairs with the Acquire in `push`; the value is out of the slot.
                        slot.stamp.store(head.wrapping_add(self.lap), Release);
                        return Some(value);
                    }
                    Err(now) => head = now,
                }
                continue;
            }
            if stamp == head {
                // SeqCst: pairs with the fence in `push` (invariant 4). Acquire is in it: see the exchange.
                fence(SeqCst);
                // Relaxed: the fence orders it.
                if self.tail.load(Relaxed) == head {
                    return None;
                }
            }
            // Somebody is about to fill the slot, or has got our position.
            hint::spin_loop();
            // Relaxed: as above.
            head = self.head.load(Relaxed);
        }
    }
}

/// The values that are left are dropped with the queue. If the drop of one panics, those behind it are not dropped.
impl<T> Drop for Queue<T> {
    fn drop(&mut self) {
        let (mut head, tail) = (*self.head.get_mut(), *self.tail.get_mut());
        while head != tail {
            // SAFETY: there is a value between the two positions, and `&mut self` shows that nobody is at work.
            unsafe { (*self.slot(head).value.get()).assume_init_drop() };
            head = self.after(head);
        }
    }
}
