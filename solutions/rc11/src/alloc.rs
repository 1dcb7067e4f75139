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
//! Memory that a thread of a model frees is then kept until the execution has ended. The price is that no model shows a bug
//! that needs the same address twice (ABA); write such a model with indices instead of pointers.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr;

/// The system's allocator, which does not use an address twice in one execution of a model.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quarantine;

/// What is written into a block that is kept.
struct Kept {
    next: *mut Kept,
    layout: Layout,
}

thread_local! {
    /// A thread of a model runs.
    static IN_MODEL: Cell<bool> = const { Cell::new(false) };
    static KEPT: Cell<*mut Kept> = const { Cell::new(ptr::null_mut()) };
}

/// Room for a [`Kept`].
fn padded(layout: Layout) -> Layout {
    let least = Layout::new::<Kept>();
    let size = layout.size().max(least.size());
    // SAFETY: the alignment is one of two valid ones, and a size below the largest that is valid for `layout` stays valid.
    unsafe { Layout::from_size_align_unchecked(size, layout.align().max(least.align())) }
}

// SAFETY: every block is allocated and freed by the system's allocator with the same padded layout; a block that is kept is
// touched by nobody else, since it was freed.
unsafe impl GlobalAlloc for Quarantine {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as promised by the caller.
        unsafe { System.alloc(padded(layout)) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as promised by the caller.
        unsafe { System.alloc_zeroed(padded(layout)) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let layout = padded(layout);
        if IN_MODEL.get() {
            let kept = block.cast::<Kept>();
            // SAFETY: the block is large and aligned enough, see `padded`, and nobody uses it any more.
            unsafe { kept.write(Kept { next: KEPT.get(), layout }) };
            KEPT.set(kept);
        } else {
            // SAFETY: as promised by the caller; `alloc` padded the same layout.
            unsafe { System.dealloc(block, layout) };
        }
    }
}

/// Says whether a thread of a model runs on this OS thread.
pub(crate) fn set_in_model(yes: bool) {
    IN_MODEL.set(yes);
}

/// Frees what was kept in an execution that has ended.
pub(crate) fn release() {
    let mut kept = KEPT.replace(ptr::null_mut());
    while !kept.is_null() {
        // SAFETY: every entry of the list is a block that `dealloc` has written a `Kept` into, with the block's layout.
        unsafe {
            let Kept { next, layout } = kept.read();
            System.dealloc(kept.cast(), layout);
            kept = next;
        }
    }
}
