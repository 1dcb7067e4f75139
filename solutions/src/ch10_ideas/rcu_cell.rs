//! A cell that is replaced as a whole: readers never wait, and the writer waits until nobody reads the old value any more.
//!
//! | a reader's `visits` | it reads |
//! |---|---|
//! | even | nothing |
//! | odd | the value that was in the cell when it came, or a later one |
//!
//! # Invariants
//!
//! 1. The writer alone changes the pointer. The value that it leads to is there until the writer has replaced it and has then found
//!    each reader outside, or outside since.
//! 2. A reader makes its number odd before it reads the pointer, and even when it does not use the value any more. A fence lies
//!    between its number and the pointer; and one between the writer's pointer and its look at the numbers. So either the writer
//!    sees the odd number, or the reader sees the new pointer.
//! 3. Each number has one writer, as there is one [`Reader`] for it, and one [`Guard`] of that at a time.

use parts::CachePadded;
use std::marker::PhantomData;
use std::ops::Deref;
use sync::atomic::{
    AtomicPtr, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release, SeqCst},
    fence,
};
use sync::hint;

/// A value that is often read and now and then replaced, by one writer and a fixed number of readers.
///
/// It is read-copy-update, as in the kernel of Linux, with a counter for each reader and a writer that waits.
pub struct RcuCell<T> {
    value: AtomicPtr<T>,
    visits: Box<[CachePadded<AtomicUsize>]>,
    /// An `AtomicPtr` is `Send` and `Sync` whatever it leads to. The cell is not.
    owns: PhantomData<*mut T>,
}

// SAFETY: readers share the value, which takes `T: Sync`; the writer gets it back, on whichever thread, which takes `T: Send`.
// That it is not used after it has been given back is what the invariants say.
unsafe impl<T: Send + Sync> Sync for RcuCell<T> {}
// SAFETY: whoever moves the cell has it alone, with the value.
unsafe impl<T: Send> Send for RcuCell<T> {}

impl<T> RcuCell<T> {
    /// A cell with this value, for this many readers.
    pub fn new(value: T, readers: usize) -> Self {
        let value = AtomicPtr::new(Box::into_raw(Box::new(value)));
        let visits = (0..readers).map(|_| CachePadded::new(AtomicUsize::new(0))).collect();
        Self { value, visits, owns: PhantomData }
    }

    /// The writer, and the readers. When all are gone, there can be new ones.
    pub fn split(&mut self) -> (Writer<'_, T>, Vec<Reader<'_, T>>) {
        let cell = &*self;
        let readers = cell.visits.iter().map(|visits| Reader { cell, visits });
        (Writer { cell }, readers.collect())
    }
}

impl<T> Drop for RcuCell<T> {
    fn drop(&mut self) {
        // SAFETY: it comes from a box, and all who could read it borrow the cell.
        drop(unsafe { Box::from_raw(*self.value.get_mut()) });
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
        let new = Box::into_raw(Box::new(value));
        // Release: pairs with the Acquire in `read`; the value is made.
        let old = self.cell.value.swap(new, Release);
        // SeqCst: pairs with the fence in `read` (invariant 2).
        fence(SeqCst);
        for visits in &self.cell.visits {
            // Acquire: pairs with the Release of the guard's `drop`; what a reader did with the old value happens before what we do.
            let seen = visits.load(Acquire);
            // Another number, odd or even, says that it has left since.
            while seen % 2 == 1 && visits.load(Acquire) == seen {
                hint::spin_loop();
            }
        }
        // SAFETY: it comes from a box, and nobody reads it, or will (invariants 1 and 2).
        *unsafe { Box::from_raw(old) }
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
    #[inline]
    pub fn read(&mut self) -> Guard<'_, T> {
        // Relaxed: nobody else writes it. Even, though it is odd if a guard was forgotten: that visit goes on as this one.
        let visits = self.visits.load(Relaxed) & !1;
        // Release: pairs with the Acquire in `replace`. A writer that waits for our last visit may see that it is over by this.
        self.visits.store(visits.wrapping_add(1), Release);
        // SeqCst: pairs with the fence in `replace` (invariant 2).
        fence(SeqCst);
        // Acquire: pairs with the Release in `replace`; the value is made.
        let value = self.cell.value.load(Acquire);
        // SAFETY: the value is there until the writer has seen that we have left (invariants 1 and 2).
        Guard { value: unsafe { &*value }, visits: self.visits }
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

    #[inline]
    fn deref(&self) -> &T {
        self.value
    }
}

impl<T> Drop for Guard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Relaxed: nobody else writes it.
        let visits = self.visits.load(Relaxed);
        // Release: pairs with the Acquire in `replace`; our reads happen before the value is given back.
        self.visits.store(visits.wrapping_add(1), Release);
    }
}
