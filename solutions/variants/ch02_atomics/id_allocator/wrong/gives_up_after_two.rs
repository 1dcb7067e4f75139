//! Who has lost two races is told that no id is left.
//!
//! Rejected by: three_threads_get_three_ids
//! Because: from 7 on

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
        for _ in 0..2 {
            if id == USED_UP {
                break;
            }
            match self.next.compare_exchange(id, id + 1, Relaxed, Relaxed) {
                Ok(_) => return Some(id),
                Err(now) => id = now,
            }
        }
        None
    }
}
