//! The counter is in a `Cell`.
//!
//! Rejected by: allocator_can_be_shared_and_sent_between_threads
//! Because: is not `Sync`

use std::cell::Cell;

/// What `next` is when no id is left. It is not an id itself.
const USED_UP: u32 = u32::MAX;

/// Gives out ids, each at most once.
pub struct IdAllocator {
    next: Cell<u32>,
}

impl IdAllocator {
    /// Will give out the ids from `first` up to, but not including, `u32::MAX`, in ascending order.
    pub const fn starting_at(first: u32) -> Self {
        Self { next: Cell::new(first) }
    }

    /// The next id, or `None` when all are used up; then for ever.
    #[inline]
    pub fn allocate(&self) -> Option<u32> {
        let id = self.next.get();
        if id == USED_UP {
            return None;
        }
        self.next.set(id + 1);
        Some(id)
    }
}
