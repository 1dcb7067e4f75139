//! A weak compare-exchange that fails is taken for the end of all ids.
//!
//! Rejected by: ids_ascend_from_the_first
//! Because: (spurious)

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
        let id = self.next.load(Relaxed);
        if id == USED_UP {
            return None;
        }
        self.next.compare_exchange_weak(id, id + 1, Relaxed, Relaxed).ok()
    }
}
