//! How often the code under test allocates.

use protocol::{Message, say};
use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

/// An allocator that counts. The test binaries install it around the model checker's.
#[derive(Debug)]
pub struct Counting<A>(pub A);

/// How many blocks this thread has asked for so far. For facts: in a model the checker's own are among them.
pub fn allocations() -> usize {
    ALLOCATIONS.get()
}

fn count() {
    ALLOCATIONS.set(ALLOCATIONS.get() + 1);
}

/// Tells the judge, once, that there is no memory left: most likely an abort comes next.
#[cold]
fn exhausted(size: usize) {
    static TOLD: AtomicBool = AtomicBool::new(false);
    // Relaxed: what is told depends on nothing else. The first thread tells, and not from within what it tells with.
    if !TOLD.swap(true, Ordering::Relaxed) {
        say(&Message::OutOfMemory(size as u64));
    }
}

#[inline]
fn told(block: *mut u8, size: usize) -> *mut u8 {
    if block.is_null() {
        exhausted(size);
    }
    block
}

// SAFETY: every call goes to the allocator inside as it is.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Counting<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: as promised by the caller.
        told(unsafe { self.0.alloc(layout) }, layout.size())
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: as promised by the caller.
        told(unsafe { self.0.alloc_zeroed(layout) }, layout.size())
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as promised by the caller.
        told(unsafe { self.0.realloc(block, layout, size) }, size)
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as promised by the caller.
        unsafe { self.0.dealloc(block, layout) };
    }
}
