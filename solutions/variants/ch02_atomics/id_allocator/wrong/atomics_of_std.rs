//! The counter is one of `std`: the checker cannot see it.
//!
//! Rejected by: allocator_is_made_of_the_atomics_of_sync
//! Because: the checker saw no atomic operation

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

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
        // Relaxed: an id is unique because of the read-modify-write (invariant 2), and nothing is handed over with it.
        let mut id = self.next.load(Relaxed);
        while id != USED_UP {
            // Relaxed: as above. A weak failure costs one more turn.
            match self.next.compare_exchange_weak(id, id + 1, Relaxed, Relaxed) {
                Ok(_) => return Some(id),
                Err(now) => id = now,
            }
        }
        None
    }
}
