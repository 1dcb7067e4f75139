//! The sender has a release fence and a relaxed store.

use sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Relaxed, Release},
    fence,
};
use sync::cell::UnsafeCell;

/// `N` places, each for one message of one sender.
pub struct Board<T, const N: usize> {
    /// Is the message there?
    ready: [AtomicBool; N],
    messages: [UnsafeCell<T>; N],
}

// SAFETY: a message is written by one thread and belongs to another (`T: Send`), and is read by any number of them at once
// (`T: Sync`), all of them behind the write, by 2.
unsafe impl<T: Send + Sync, const N: usize> Sync for Board<T, N> {}

impl<T: Default, const N: usize> Board<T, N> {
    /// A board without messages: the places are there, and nobody may look at them yet.
    pub fn new() -> Self {
        Self {
            ready: std::array::from_fn(|_| AtomicBool::new(false)),
            messages: std::array::from_fn(|_| UnsafeCell::new(T::default())),
        }
    }

    /// Lets `write` write the message of sender `index` into its place, and then shows it to everybody.
    ///
    /// # Safety
    ///
    /// Called at most once for each `index`.
    ///
    /// # Panics
    ///
    /// Panics if there is no such `index`.
    pub unsafe fn post(&self, index: usize, write: impl FnOnce(&mut T)) {
        // SAFETY: by the contract nobody else writes here, and by 1 nobody reads, since the flag is not set.
        write(unsafe { &mut *self.messages[index].get() });
        // Release: pairs with the fence in `read_all`, by way of the load there that reads it.
        fence(Release);
        self.ready[index].store(true, Relaxed);
    }

    /// All messages that are there, at their senders' places. Does not wait.
    pub fn read_all(&self) -> [Option<&T>; N] {
        // Relaxed: see the fence below, which orders them all.
        let ready = std::array::from_fn::<bool, N, _>(|index| self.ready[index].load(Relaxed));
        if !ready.contains(&true) {
            return [None; N];
        }
        // Acquire: pairs with the Release in `post` of each flag that was seen set.
        fence(Acquire);
        std::array::from_fn(|index| {
            // SAFETY: the flag was set, so by 2 the message was written before, and by 1 it is not written again.
            ready[index].then(|| unsafe { &*self.messages[index].get() })
        })
    }
}

impl<T: Default, const N: usize> Default for Board<T, N> {
    fn default() -> Self {
        Self::new()
    }
}
