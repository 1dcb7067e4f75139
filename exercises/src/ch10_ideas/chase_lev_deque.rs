//! A deque for work stealing: its owner puts tasks in and takes them out at one end, and others steal at the other one.
//!
//! The book's page on this exercise: chapter 10, "Thieves come from the other side".

use std::ptr;
use sync::atomic::{AtomicIsize, AtomicPtr, Ordering, fence};
use sync::cell::UnsafeCell;

/// A ring of slots. Their number is a power of two.
type Buffer<T> = Box<[AtomicPtr<T>]>;

fn buffer<T>(capacity: usize) -> *mut Buffer<T> {
    let slots = (0..capacity).map(|_| AtomicPtr::new(ptr::null_mut())).collect();
    Box::into_raw(Box::new(slots))
}

/// The slot for the task with this number.
fn slot<T>(buffer: &Buffer<T>, number: isize) -> &AtomicPtr<T> {
    &buffer[number.cast_unsigned() & (buffer.len() - 1)]
}

/// Tasks: the last one in is the first one out for the owner, and the last one out for thieves.
pub struct Deque<T> {
    top: AtomicIsize,
    bottom: AtomicIsize,
    buffer: AtomicPtr<Buffer<T>>,
    /// The buffers that were too small. The owner's alone.
    outgrown: UnsafeCell<Vec<*mut Buffer<T>>>,
}

// Your turn: `Sync` and `Send`, for the right tasks.

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
        // Your turn: the tasks that are left, the buffer, and those that were too small.
        todo!()
    }
}

/// The one who owns the deque.
pub struct Worker<'a, T> {
    deque: &'a Deque<T>,
}

impl<T> Worker<'_, T> {
    /// Puts a task in. Wait-free, apart from the allocator when the buffer is too small.
    pub fn push(&mut self, task: Box<T>) {
        // Your turn. A slot takes `Box::into_raw(task)`. If the buffer is full, `grow`.
        todo!()
    }

    /// A buffer that is twice as large, with the same tasks.
    fn grow(&mut self, old: &Buffer<T>, top: isize, bottom: isize) -> &Buffer<T> {
        // Your turn. A thief may still read the old one.
        todo!()
    }

    /// Takes the task that was put in last; `None` if there was none at some moment of the call. Wait-free.
    pub fn pop(&mut self) -> Option<Box<T>> {
        // Your turn. Take the task away first, and then look whether a thief may get it.
        todo!()
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
        // Your turn.
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test chase_lev_deque` does.
fn grade() {}
