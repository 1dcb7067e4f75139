//! Memory of which the model finds that it was not given back.

use crate::registry;
use rc11::track::Tracked;

pub use std::alloc::Layout;

/// As std's.
///
/// # Safety
///
/// As std's.
#[track_caller]
pub unsafe fn alloc(layout: Layout) -> *mut u8 {
    // SAFETY: as promised by the caller.
    let block = unsafe { std::alloc::alloc(layout) };
    registry::set_block(block.addr(), Tracked::new(()));
    block
}

/// As std's.
///
/// # Safety
///
/// As std's.
#[track_caller]
pub unsafe fn alloc_zeroed(layout: Layout) -> *mut u8 {
    // SAFETY: as promised by the caller.
    let block = unsafe { std::alloc::alloc_zeroed(layout) };
    registry::set_block(block.addr(), Tracked::new(()));
    block
}

/// As std's.
///
/// # Safety
///
/// As std's.
///
/// # Panics
///
/// If the memory is not that of [`alloc`], or was given back before.
#[track_caller]
pub unsafe fn dealloc(block: *mut u8, layout: Layout) {
    let tracked = registry::take_block(block.addr());
    drop(tracked.expect("this memory was not allocated, or was given back before"));
    // SAFETY: as promised by the caller.
    unsafe { std::alloc::dealloc(block, layout) };
}

/// A value that must be dropped before the execution ends.
#[derive(Debug)]
pub struct Track<T> {
    value: T,
    _tracked: Tracked<()>,
}

impl<T> Track<T> {
    /// Begins to track a value.
    #[track_caller]
    pub fn new(value: T) -> Self {
        Self { value, _tracked: Tracked::new(()) }
    }

    /// The value.
    pub fn get_ref(&self) -> &T {
        &self.value
    }

    /// The value.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.value
    }

    /// The value, which is tracked no more.
    pub fn into_inner(self) -> T {
        self.value
    }
}
