//! Whatever the compare-exchange says, the id is returned.
//!
//! Rejected by: no_two_threads_get_the_same_id
//! Because: two threads got the same id

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
        let _ = self.next.compare_exchange(id, id + 1, Relaxed, Relaxed);
        Some(id)
    }
}
