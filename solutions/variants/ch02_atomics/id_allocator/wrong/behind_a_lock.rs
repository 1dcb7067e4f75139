//! A spin lock around a plain number: if its holder stops, all others wait.
//!
//! Rejected by: thread_that_stops_keeps_no_other_from_its_end
//! Because: waits for ever, because thread 1 has stopped in

use sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Release},
};
use sync::cell::UnsafeCell;

/// What `next` is when no id is left. It is not an id itself.
const USED_UP: u32 = u32::MAX;

/// Gives out ids, each at most once.
pub struct IdAllocator {
    locked: AtomicBool,
    next: UnsafeCell<u32>,
}

// SAFETY: `next` is only used by who holds the lock.
unsafe impl Sync for IdAllocator {}

impl IdAllocator {
    /// Will give out the ids from `first` up to, but not including, `u32::MAX`, in ascending order.
    pub const fn starting_at(first: u32) -> Self {
        Self { locked: AtomicBool::new(false), next: UnsafeCell::new(first) }
    }

    /// The next id, or `None` when all are used up; then for ever.
    #[inline]
    pub fn allocate(&self) -> Option<u32> {
        while self.locked.swap(true, Acquire) {
            sync::hint::spin_loop();
        }
        // SAFETY: this thread holds the lock.
        let next = unsafe { &mut *self.next.get() };
        let id = (*next != USED_UP).then_some(*next);
        *next = next.saturating_add(1);
        self.locked.store(false, Release);
        id
    }
}
