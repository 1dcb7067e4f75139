//! A fence before the store and one after the exchange.

use sync::atomic::{
    AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
    fence,
};
use sync::cell::UnsafeCell;

/// `N` items that are published together and taken one by one.
pub struct Batch<T, const N: usize> {
    /// How many items nobody has taken yet. Items are taken from the end.
    left: AtomicUsize,
    items: UnsafeCell<[T; N]>,
}

// SAFETY: items are written by one thread and belong to another (`T: Send`). They are read through shared references, which may
// go on to other threads (`T: Sync`). By 3, behind the write.
unsafe impl<T: Send + Sync, const N: usize> Sync for Batch<T, N> {}

impl<T: Default, const N: usize> Batch<T, N> {
    /// A batch that is not published yet.
    pub fn new() -> Self {
        Self {
            left: AtomicUsize::new(0),
            items: UnsafeCell::new(std::array::from_fn(|_| T::default())),
        }
    }

    /// Lets `write` write the items, and then hands them out.
    ///
    /// # Safety
    ///
    /// Called at most once.
    pub unsafe fn publish(&self, write: impl FnOnce(&mut [T; N])) {
        // SAFETY: by the contract nobody else is here, and by 1 nobody has an item as long as `left` is 0.
        write(unsafe { &mut *self.items.get() });
        // Release: pairs with the Acquire in each `take` that gets an item.
        fence(Release);
        self.left.store(N, Relaxed);
    }

    /// An item that nobody else gets, or `None` if there is none. Does not wait.
    pub fn take(&self) -> Option<&T> {
        // Relaxed: only a guess. The exchange finds out whether it is right.
        let mut left = self.left.load(Relaxed);
        while left > 0 {
            // Acquire: pairs with the Release in `publish`, also where it reads what another `take` wrote: that continues the
            // release sequence. So it need not release itself. Relaxed on failure: another guess.
            match self.left.compare_exchange_weak(left, left - 1, Relaxed, Relaxed) {
                // SAFETY: by 3 the item is written, and by 2 and 1 nobody writes to it.
                Ok(_) => {
                    fence(Acquire);
                    // SAFETY: as above.
                    return Some(unsafe { &(&*self.items.get())[left - 1] });
                }
                Err(now) => left = now,
            }
        }
        None
    }
}

impl<T: Default, const N: usize> Default for Batch<T, N> {
    fn default() -> Self {
        Self::new()
    }
}
