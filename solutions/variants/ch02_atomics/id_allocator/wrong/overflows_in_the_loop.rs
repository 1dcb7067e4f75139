//! The loop has no end: the addition after the last id overflows.
//!
//! Rejected by: last_id_is_given_out_and_none_after_it
//! Because: overflow

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
        let mut id = self.next.load(Relaxed);
        while let Err(now) = self.next.compare_exchange_weak(id, id + 1, Relaxed, Relaxed) {
            id = now;
        }
        Some(id)
    }
}
