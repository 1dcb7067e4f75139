//! A deque for work stealing: its owner puts tasks in and takes them out at one end, and others steal at the other one.
//!
//! A task has a number, and is in the slot with this number, counted around the buffer.
//!
//! | tasks | they are |
//! |---|---|
//! | below `top` | gone |
//! | from `top` to below `bottom` | in the deque |
//! | `bottom`, while the owner pops it | gone, unless a thief gets it before the owner looks at `top` |
//!
//! # Invariants
//!
//! 1. Only the owner changes `bottom`, the buffer and its slots. `top` only grows, by one at a time.
//! 2. A task that is not the last one belongs to whoever exchanges its number in `top` for the next one. The last one does, too: the
//!    owner takes it in the same way. Others the owner takes by moving `bottom`.
//! 3. The owner moves `bottom` down and then looks at `top`; a thief looks at `top` and then at `bottom`. A fence lies in between. So
//!    if a thief may get the task that the owner is about to take, either the thief sees the new `bottom`, or the owner sees that
//!    this task is at `top`, and that both have to exchange.
//! 4. A slot is written again only when the owner has seen its task below `top`. A thief that still looks at it fails in its exchange.
//! 5. A buffer that was too small keeps its tasks, and is freed with the deque: a thief may still read it.
//! 6. Whoever has read `bottom` above a number has seen its task put in: all stores to `bottom` release, or follow a fence.

use std::ptr;
use sync::atomic::{
    AtomicIsize, AtomicPtr,
    Ordering::{Acquire, Relaxed, Release, SeqCst},
    fence,
};
use sync::cell::UnsafeCell;

/// A ring of slots. Their number is a power of two.
type Buffer<T> = Box<[AtomicPtr<T>]>;

fn buffer<T>(capacity: usize) -> *mut Buffer<T> {
    let slots = (0..capacity).map(|_| AtomicPtr::new(ptr::null_mut())).collect();
    Box::into_raw(Box::new(slots))
}

/// The slot for the task with this number.
#[inline]
fn slot<T>(buffer: &Buffer<T>, number: isize) -> &AtomicPtr<T> {
    &buffer[number.cast_unsigned() & (buffer.len() - 1)]
}

/// Tasks: the last one in is the first one out for the owner, and the last one out for thieves.
///
/// From D. Chase and Y. Lev, "Dynamic Circular Work-Stealing Deque" (2005), with the fences of N. Lê and others, "Correct and Efficient
/// Work-Stealing for Weak Memory Models" (2013).
pub struct Deque<T> {
    top: AtomicIsize,
    bottom: AtomicIsize,
    buffer: AtomicPtr<Buffer<T>>,
    /// The buffers that were too small. The owner's alone.
    outgrown: UnsafeCell<Vec<*mut Buffer<T>>>,
}

// SAFETY: each task belongs to one thread at a time (invariants 2 to 4), and goes from thread to thread, which takes `T: Send`. What
// is not atomic is the owner's (invariant 1).
unsafe impl<T: Send> Sync for Deque<T> {}
// SAFETY: whoever moves the deque has it alone, with all tasks and buffers.
unsafe impl<T: Send> Send for Deque<T> {}

impl<T> Deque<T> {
    /// An empty deque with room for this many tasks at first, or for a few more.
    pub fn new(capacity: usize) -> Self {
        Self {
            top: AtomicIsize::new(0),
            bottom: AtomicIsize::new(0),
            buffer: AtomicPtr::new(buffer(capacity.next_power_of_two())),
            outgrown: UnsafeCell::new(Vec::new()),
        }
    }

    /// The owner, and a thief, of which there can be more. When all are gone, there can be new ones.
    pub fn split(&mut self) -> (Worker<'_, T>, Stealer<'_, T>) {
        let deque = &*self;
        (Worker { deque }, Stealer { deque })
    }
}

impl<T> Drop for Deque<T> {
    fn drop(&mut self) {
        // SAFETY: it comes from a box, and `&mut self` shows that nobody reads it.
        let buffer = unsafe { Box::from_raw(*self.buffer.get_mut()) };
        for number in *self.top.get_mut()..*self.bottom.get_mut() {
            // Relaxed: nobody else is there.
            let task = slot(&buffer, number).load(Relaxed);
            // SAFETY: it comes from a box, and nobody has taken it (invariant 2).
            drop(unsafe { Box::from_raw(task) });
        }
        for buffer in self.outgrown.get_mut().drain(..) {
            // SAFETY: as above. Its tasks are also in the buffer that came after it, or gone.
            drop(unsafe { Box::from_raw(buffer) });
        }
    }
}

/// The one who owns the deque.
pub struct Worker<'a, T> {
    deque: &'a Deque<T>,
}

impl<T> Worker<'_, T> {
    /// Puts a task in. Wait-free, apart from the allocator when the buffer is too small.
    pub fn push(&mut self, task: Box<T>) {
        let deque = self.deque;
        // Relaxed: nobody else writes it.
        let bottom = deque.bottom.load(Relaxed);
        // Acquire: pairs with the Release in `steal`; a thief has read the slot that is written here (invariant 4).
        let top = deque.top.load(Acquire);
        // Relaxed: nobody else writes it.
        // SAFETY: only the owner frees a buffer.
        let mut buffer = unsafe { &*deque.buffer.load(Relaxed) };
        if bottom - top == buffer.len().cast_signed() {
            buffer = self.grow(buffer, top, bottom);
        }
        // Relaxed: `bottom` publishes it.
        slot(buffer, bottom).store(Box::into_raw(task), Relaxed);
        // Release: pairs with the Acquire in `steal` (invariant 6).
        deque.bottom.store(bottom + 1, Release);
    }

    /// A buffer that is twice as large, with the same tasks.
    #[cold]
    fn grow(&mut self, old: &Buffer<T>, top: isize, bottom: isize) -> &Buffer<T> {
        let new = buffer(2 * old.len());
        // SAFETY: it has just been made, and the deque keeps it.
        let slots = unsafe { &*new };
        for number in top..bottom {
            // Relaxed, both: only the owner writes slots, and the store below publishes them.
            slot(slots, number).store(slot(old, number).load(Relaxed), Relaxed);
        }
        // Release: pairs with the Acquire in `steal`; the slots are filled.
        let old = self.deque.buffer.swap(new, Release);
        // SAFETY: only the owner uses the list, and `&mut self` makes this the only reference.
        unsafe { (*self.deque.outgrown.get()).push(old) };
        slots
    }

    /// Takes the task that was put in last; `None` if there was none at some moment of the call. Wait-free.
    pub fn pop(&mut self) -> Option<Box<T>> {
        let deque = self.deque;
        // Relaxed: nobody else writes it.
        let bottom = deque.bottom.load(Relaxed) - 1;
        // Release: pairs with the Acquire in `steal` (invariant 6).
        deque.bottom.store(bottom, Release);
        // SeqCst: pairs with the fence in `steal` (invariant 3).
        fence(SeqCst);
        // Relaxed: the fence orders it.
        let top = deque.top.load(Relaxed);
        // Relaxed: nobody else writes it.
        // SAFETY: only the owner frees a buffer.
        let buffer = unsafe { &*deque.buffer.load(Relaxed) };
        // Relaxed: only the owner writes it.
        let task = || slot(buffer, bottom).load(Relaxed);
        let task = if top < bottom {
            task()
        } else {
            // Relaxed, both: it decides who gets the task, which the owner has put in itself.
            let is_ours =
                top == bottom && deque.top.compare_exchange(top, top + 1, Relaxed, Relaxed).is_ok();
            // Relaxed: the fence above releases what was put in before.
            deque.bottom.store(bottom + 1, Relaxed);
            if !is_ours {
                return None;
            }
            task()
        };
        // SAFETY: it comes from a box, and is ours (invariants 2 and 3).
        Some(unsafe { Box::from_raw(task) })
    }
}

/// One who takes tasks from the other end.
pub struct Stealer<'a, T> {
    deque: &'a Deque<T>,
}

impl<T> Clone for Stealer<'_, T> {
    fn clone(&self) -> Self {
        Self { deque: self.deque }
    }
}

impl<T> Stealer<'_, T> {
    /// Takes the task that has been in for longest; `None` if there was none at some moment of the call. Lock-free.
    pub fn steal(&self) -> Option<Box<T>> {
        let deque = self.deque;
        // Relaxed: the fence below orders it, and the exchange finds out whether it is still so.
        let mut top = deque.top.load(Relaxed);
        loop {
            // SeqCst: pairs with the fence in `pop` (invariant 3).
            fence(SeqCst);
            // Acquire: pairs with the Release in `push` and `pop` (invariant 6).
            if top >= deque.bottom.load(Acquire) {
                return None;
            }
            // Acquire: pairs with the Release in `grow`; the slots are filled.
            // SAFETY: the deque keeps all its buffers (invariant 5).
            let buffer = unsafe { &*deque.buffer.load(Acquire) };
            // Relaxed: if the exchange succeeds, it is the task whose number `bottom` has published.
            let task = slot(buffer, top).load(Relaxed);
            // Release: pairs with the Acquire in `push`; we have read the slot. Relaxed: as above.
            match deque.top.compare_exchange(top, top + 1, Release, Relaxed) {
                // SAFETY: it comes from a box, and is ours (invariants 2 to 4).
                Ok(_) => return Some(unsafe { Box::from_raw(task) }),
                Err(now) => top = now,
            }
        }
    }
}
