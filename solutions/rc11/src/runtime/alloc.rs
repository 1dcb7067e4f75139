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
//!
//! A model with `watch_frees` also wants each access to happen before the memory is freed, as for a write to it, and finds
//! memory that is freed twice. It needs to be asked: what is shared by std's own `Arc` is freed in an order that only that
//! `Arc` knows of.

use crate::core::event::Loc;
use crate::runtime::{freed, leaks, sight};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, RefCell};
use std::ptr;

/// The system's allocator, which does not use an address twice in one execution of a model.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quarantine;

/// What each byte of a new block is, so that who reads what nobody has written reads the same in each run, and neither zeroes nor
/// what was there before.
const NEVER_WRITTEN: u8 = 0xa5;

/// So much of a block is marked: to mark a large one would take longer than what is done with it.
const MARKED: usize = 4096;

thread_local! {
    /// A thread of a model runs.
    static IN_MODEL: Cell<bool> = const { Cell::new(false) };
    /// Blocks that a thread of the model has freed.
    static KEPT: RefCell<Vec<(*mut u8, Layout)>> = const { RefCell::new(Vec::new()) };
    /// To free memory counts as a write to what is in it.
    static WATCHING: Cell<bool> = const { Cell::new(false) };
    /// Where the object of each location of the graph was when it was last used.
    static OBJECTS: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

// SAFETY: every block comes from the system's allocator and goes back to it with the layout that it was allocated with; a
// block that is kept is used by nobody else, since it was freed.
unsafe impl GlobalAlloc for Quarantine {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as promised by the caller.
        let block = given(unsafe { System.alloc(layout) }, layout);
        if IN_MODEL.get() && !block.is_null() {
            // SAFETY: the block is new, and has this size at least.
            unsafe { block.write_bytes(NEVER_WRITTEN, layout.size().min(MARKED)) };
        }
        block
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as promised by the caller.
        given(unsafe { System.alloc_zeroed(layout) }, layout)
    }

    // As the trait's own, which would be compiled with the code under test, and seen.
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !IN_MODEL.get() {
            leaks::given_back(block.addr());
            // SAFETY: as promised by the caller.
            return unsafe { System.realloc(block, layout, size) };
        }
        // SAFETY: the caller promises that the size is that of a layout, that the old block has that of `layout`, and that nobody uses
        // it afterwards. The new one is another.
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !new.is_null() {
                ptr::copy_nonoverlapping(block, new, layout.size().min(size));
                self.dealloc(block, layout);
            }
            new
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        leaks::given_back(block.addr());
        if !(IN_MODEL.get() && keep(block, layout)) {
            // SAFETY: as promised by the caller.
            unsafe { System.dealloc(block, layout) };
        }
    }
}

/// A block for the program, or for the checker.
#[inline]
fn given(block: *mut u8, layout: Layout) -> *mut u8 {
    if IN_MODEL.get() {
        leaks::allocated(block, layout);
    }
    block
}

/// Keeps a block. False if this OS thread is about to end.
fn keep(block: *mut u8, layout: Layout) -> bool {
    // The list may grow, and free its old memory by coming here again.
    IN_MODEL.set(false);
    let kept = sight::freed((block.addr(), layout.size()))
        || WATCHING.get() && !watch(block, layout)
        || KEPT.try_with(|kept| kept.borrow_mut().push((block, layout))).is_ok();
    IN_MODEL.set(true);
    kept
}

/// Tells the engine which objects are in a block that is freed now. False if it was freed before.
#[cold]
fn watch(block: *mut u8, layout: Layout) -> bool {
    let again = |kept: &RefCell<Vec<(*mut u8, Layout)>>| {
        kept.try_borrow().is_ok_and(|kept| kept.iter().any(|(other, _)| *other == block))
    };
    if KEPT.try_with(again).unwrap_or(false) {
        freed::freed_twice();
        return false;
    }
    let inside = |objects: &RefCell<Vec<usize>>| -> Vec<Loc> {
        // Borrowed: it is this list that grows.
        let Ok(objects) = objects.try_borrow() else { return Vec::new() };
        let is_inside = |at: usize| at.wrapping_sub(block.addr()) < layout.size();
        (0..objects.len()).filter(|i| is_inside(objects[*i])).map(|i| i as Loc).collect()
    };
    // Nothing of the program is in a block of the engine's own. So the engine is not in the middle of its work below.
    let found = OBJECTS.try_with(inside).unwrap_or_default();
    if !found.is_empty() {
        freed::freed(&found);
    }
    true
}

/// Says where the object of a location is.
#[inline]
pub(crate) fn note<T>(object: *const T, loc: Loc) {
    if WATCHING.get() {
        OBJECTS.with_borrow_mut(|objects| {
            if objects.len() <= usize::from(loc) {
                objects.resize(usize::from(loc) + 1, 0);
            }
            objects[usize::from(loc)] = object.addr();
        });
    }
}

/// Is `object` in memory that was freed in this execution? For checks: of an object that was in a block of its own.
#[inline]
pub fn is_freed<T: ?Sized>(object: *const T) -> bool {
    KEPT.with_borrow(|kept| {
        let inside = |(block, layout): &(*mut u8, Layout)| {
            object.cast::<()>().addr().wrapping_sub(block.addr()) < layout.size()
        };
        kept.iter().any(inside)
    })
}

/// How many blocks of memory the program has asked for in this execution and not given back. 0 where nobody sees what the program does:
/// a check may ask whether there are too many.
pub fn blocks_in_use() -> usize {
    leaks::left()
}

/// Runs `f`, whose memory is not the program's.
pub(crate) fn outside<R>(f: impl FnOnce() -> R) -> R {
    let before = IN_MODEL.replace(false);
    let result = f();
    IN_MODEL.set(before);
    result
}

/// Is [`Quarantine`] the allocator of this program?
pub(crate) fn is_installed() -> bool {
    let before = IN_MODEL.replace(true);
    drop(std::hint::black_box(Box::new(0_u8)));
    IN_MODEL.set(before);
    let kept = KEPT.with_borrow(|kept| !kept.is_empty());
    if !before {
        release();
    }
    kept
}

/// Says whether a thread of a model runs on this OS thread.
pub(crate) fn set_in_model(yes: bool) {
    IN_MODEL.set(yes);
}

/// Says whether to free memory counts as a write to what is in it.
pub(crate) fn set_watching(yes: bool) {
    WATCHING.set(yes);
}

/// Frees what was kept in an execution that has ended.
pub(crate) fn release() {
    OBJECTS.with_borrow_mut(Vec::clear);
    KEPT.with_borrow_mut(|kept| {
        for (block, layout) in kept.drain(..) {
            // SAFETY: `dealloc` was called with this block and its layout, and has not freed it.
            unsafe { System.dealloc(block, layout) };
        }
    });
}
