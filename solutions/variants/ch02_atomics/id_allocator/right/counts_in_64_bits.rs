//! The counter has 64 bits: it may run on past the end, for it takes centuries to come round.

use sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What `next` is when no id is left. It is not an id itself.
const USED_UP: u32 = u32::MAX;

/// Gives out ids, each at most once.
pub struct IdAllocator {
    next: AtomicU64,
}

impl IdAllocator {
    /// Will give out the ids from `first` up to, but not including, `u32::MAX`, in ascending order.
    pub const fn starting_at(first: u32) -> Self {
        Self { next: AtomicU64::new(first as u64) }
    }

    /// The next id, or `None` when all are used up; then for ever.
    #[inline]
    pub fn allocate(&self) -> Option<u32> {
        let id = self.next.fetch_add(1, Relaxed);
        u32::try_from(id).ok().filter(|id| *id != USED_UP)
    }
}
