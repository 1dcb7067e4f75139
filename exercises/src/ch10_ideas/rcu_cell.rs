//! A cell that is replaced as a whole: readers never wait, and the writer waits until nobody reads the old value any more.
//!
//! The book's page on this exercise: chapter 10, "The old one, until you are gone".

use std::marker::PhantomData;
use std::ops::Deref;
use sync::atomic::{AtomicPtr, AtomicUsize, Ordering, fence};
use sync::hint;

/// A value that is often read and now and then replaced, by one writer and a fixed number of readers.
pub struct RcuCell<T> {
    value: AtomicPtr<T>,
    /// For each reader: even while it is outside, odd while it reads.
    visits: Box<[AtomicUsize]>,
    /// An `AtomicPtr` is `Send` and `Sync` whatever it leads to. The cell is not.
    owns: PhantomData<*mut T>,
}

// Your turn: `Sync` and `Send`, for the right values.

impl<T> RcuCell<T> {
    /// A cell with this value, for this many readers.
    pub fn new(value: T, readers: usize) -> Self {
        let value = AtomicPtr::new(Box::into_raw(Box::new(value)));
        let visits = (0..readers).map(|_| AtomicUsize::new(0)).collect();
        Self { value, visits, owns: PhantomData }
    }

    /// The writer, and the readers. When all are gone, there can be new ones.
    pub fn split(&mut self) -> (Writer<'_, T>, Vec<Reader<'_, T>>) {
        let cell = &*self;
        let reader = |visits| Reader { cell, visits };
        (Writer { cell }, cell.visits.iter().map(reader).collect())
    }
}

impl<T> Drop for RcuCell<T> {
    fn drop(&mut self) {
        // Your turn.
        todo!()
    }
}

/// The one who replaces the value.
pub struct Writer<'a, T> {
    cell: &'a RcuCell<T>,
}

impl<T> Writer<'_, T> {
    /// Puts another value into the cell, waits until nobody reads the old one, and returns it.
    ///
    /// Spins while a reader that came before is still there. Readers that come later see the new value.
    pub fn replace(&mut self, value: T) -> T {
        // Your turn. Whom do you have to wait for, and until when?
        todo!()
    }
}

/// One who reads.
pub struct Reader<'a, T> {
    cell: &'a RcuCell<T>,
    /// No other reader has it.
    visits: &'a AtomicUsize,
}

impl<T> Reader<'_, T> {
    /// The value as it is now. It stays as it is while the guard lives, even if there is another one in the cell. Wait-free.
    pub fn read(&mut self) -> Guard<'_, T> {
        todo!()
    }
}

/// A value that is being read. One that is forgotten (`mem::forget`) makes the writer wait until the same reader has read again.
#[must_use = "the value can be read while the guard lives"]
pub struct Guard<'a, T> {
    value: &'a T,
    visits: &'a AtomicUsize,
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        // Your turn.
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test rcu_cell` does.
fn grade() {}
