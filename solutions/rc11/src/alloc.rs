//! Addresses that are not used twice.
//!
//! A program that compares pointers may do something else when it is run again, because memory that is freed is handed out
//! anew, and to whom depends on the order in which the threads run. An execution that is run again along its graph then
//! goes another way, and the model fails as not deterministic. A test binary that installs [`Quarantine`] has no such
//! trouble:
//!
//! ```
//! #[global_allocator]
//! static ALLOCATOR: rc11::alloc::Quarantine = rc11::alloc::Quarantine;
//! # fn main() {}
//! ```
//!
//! Memory that a thread of a model frees is then kept until the execution has ended; an atomic, cell or probe in it that is
//! used again is reported as a use after free. The price is that no model shows a bug
//! that needs the same address twice (ABA); write such a model with indices instead of pointers.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, RefCell};

/// The system's allocator, which does not use an address twice in one execution of a model.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quarantine;

thread_local! {
    /// A thread of a model runs.
    static IN_MODEL: Cell<bool> = const { Cell::new(false) };
    /// Blocks that a thread of the model has freed.
    static KEPT: RefCell<Vec<(*mut u8, Layout)>> = const { RefCell::new(Vec::new()) };
}

// SAFETY: every block comes from the system's allocator and goes back to it with the layout that it was allocated with; a
// block that is kept is used by nobody else, since it was freed.
unsafe impl GlobalAlloc for Quarantine {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as promised by the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as promised by the caller.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if !(IN_MODEL.get() && keep(block, layout)) {
            // SAFETY: as promised by the caller.
            unsafe { System.dealloc(block, layout) };
        }
    }
}

/// Keeps a block. False if this OS thread is about to end.
fn keep(block: *mut u8, layout: Layout) -> bool {
    // The list may grow, and free its old memory by coming here again.
    IN_MODEL.set(false);
    let kept = KEPT.try_with(|kept| kept.borrow_mut().push((block, layout)));
    IN_MODEL.set(true);
    kept.is_ok()
}

/// Is `object` in memory that was freed?
#[inline]
pub(crate) fn is_freed<T>(object: *const T) -> bool {
    KEPT.with_borrow(|kept| {
        let inside = |(block, layout): &(*mut u8, Layout)| {
            object.addr().wrapping_sub(block.addr()) < layout.size()
        };
        kept.iter().any(inside)
    })
}

/// Says whether a thread of a model runs on this OS thread.
pub(crate) fn set_in_model(yes: bool) {
    IN_MODEL.set(yes);
}

/// Frees what was kept in an execution that has ended.
pub(crate) fn release() {
    KEPT.with_borrow_mut(|kept| {
        for (block, layout) in kept.drain(..) {
            // SAFETY: `dealloc` was called with this block and its layout, and has not freed it.
            unsafe { System.dealloc(block, layout) };
        }
    });
}
