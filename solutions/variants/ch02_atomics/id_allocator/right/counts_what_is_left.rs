//! What is left is counted down, with strong compare-exchanges and stronger orderings than needed.

use sync::atomic::{AtomicU32, Ordering::SeqCst};

/// What `next` is when no id is left. It is not an id itself.
const USED_UP: u32 = u32::MAX;

/// Gives out ids, each at most once.
pub struct IdAllocator {
    left: AtomicU32,
}

impl IdAllocator {
    /// Will give out the ids from `first` up to, but not including, `u32::MAX`, in ascending order.
    pub const fn starting_at(first: u32) -> Self {
        Self { left: AtomicU32::new(USED_UP - first) }
    }

    /// The next id, or `None` when all are used up; then for ever.
    #[inline]
    pub fn allocate(&self) -> Option<u32> {
        loop {
            let left = self.left.load(SeqCst);
            let after = left.checked_sub(1)?;
            if self.left.compare_exchange(left, after, SeqCst, SeqCst).is_ok() {
                return Some(USED_UP - left);
            }
        }
    }
}
