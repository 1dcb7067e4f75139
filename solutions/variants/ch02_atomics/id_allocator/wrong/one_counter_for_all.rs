//! The counter is a `static`, which the first allocator sets.
//!
//! Rejected by: two_allocators_know_nothing_of_each_other
//! Because: two allocators

use sync::atomic::{AtomicU32, Ordering::Relaxed};

/// What `next` is when no id is left. It is not an id itself.
const USED_UP: u32 = u32::MAX;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// Gives out ids, each at most once.
pub struct IdAllocator {
    first: u32,
}

impl IdAllocator {
    /// Will give out the ids from `first` up to, but not including, `u32::MAX`, in ascending order.
    pub const fn starting_at(first: u32) -> Self {
        Self { first }
    }

    /// The next id, or `None` when all are used up; then for ever.
    #[inline]
    pub fn allocate(&self) -> Option<u32> {
        NEXT.fetch_max(self.first, Relaxed);
        // Relaxed: an id is unique because of the read-modify-write (invariant 2), and nothing is handed over with it.
        let mut id = NEXT.load(Relaxed);
        while id != USED_UP {
            // Relaxed: as above. A weak failure costs one more turn.
            match NEXT.compare_exchange_weak(id, id + 1, Relaxed, Relaxed) {
                Ok(_) => return Some(id),
                Err(now) => id = now,
            }
        }
        None
    }
}
