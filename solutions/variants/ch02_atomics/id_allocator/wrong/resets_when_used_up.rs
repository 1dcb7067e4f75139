//! Whoever comes too late sets `next` back to the end with a store.
//!
//! Rejected by: used_up_allocator_stays_so_whoever_asks
//! Because: when no id was left

use sync::atomic::{AtomicU32, Ordering::Relaxed};

/// What `next` is when no id is left. It is not an id itself.
const USED_UP: u32 = u32::MAX;

/// Gives out ids, each at most once.
pub struct IdAllocator {
    next: AtomicU32,
}

impl IdAllocator {
    /// Will give out the ids from `first` up to, but not including, `u32::MAX`, in ascending order.
    pub const fn starting_at(first: u32) -> Self {
        Self { next: AtomicU32::new(first) }
    }

    /// The next id, or `None` when all are used up; then for ever.
    #[inline]
    pub fn allocate(&self) -> Option<u32> {
        let id = self.next.fetch_add(1, Relaxed);
        if id == USED_UP {
            self.next.store(USED_UP, Relaxed);
            return None;
        }
        Some(id)
    }
}
