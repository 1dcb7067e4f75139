//! The last number is given out again and again: the addition saturates, and so it never fails.
//!
//! Rejected by: last_id_is_given_out_and_none_after_it
//! Because: there is still one

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
        self.next.fetch_update(Relaxed, Relaxed, |id| Some(id.saturating_add(1))).ok()
    }
}
