//! A number with a sign may go below zero: the publisher stores over it.

use sync::atomic::{
    AtomicIsize,
    Ordering::{Acquire, Release},
};
use sync::cell::UnsafeCell;

/// `N` items that are published together and taken one by one.
pub struct Batch<T, const N: usize> {
    /// How many items nobody has taken yet. Items are taken from the end.
    left: AtomicIsize,
    items: UnsafeCell<[T; N]>,
}

// SAFETY: items are written by one thread and belong to another (`T: Send`). They are read through shared references, which may
// go on to other threads (`T: Sync`). By 3, behind the write.
unsafe impl<T: Send + Sync, const N: usize> Sync for Batch<T, N> {}

impl<T: Default, const N: usize> Batch<T, N> {
    /// A batch that is not published yet.
    pub fn new() -> Self {
        Self {
            left: AtomicIsize::new(0),
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
        self.left.store(N as isize, Release);
    }

    /// An item that nobody else gets, or `None` if there is none. Does not wait.
    pub fn take(&self) -> Option<&T> {
        // Acquire: as in the release sequence of the store in `publish`.
        let left = self.left.fetch_sub(1, Acquire);
        // SAFETY: as above.
        (left > 0).then(|| unsafe { &(&*self.items.get())[left as usize - 1] })
    }
}

impl<T: Default, const N: usize> Default for Batch<T, N> {
    fn default() -> Self {
        Self::new()
    }
}
