//! The model itself is wrong: it unlocks, and then uses the data.
//!
//! Rejected by: model_acquits_a_swap_lock
//! Because: the fault is in the model

use std::sync::Arc;
use sync::cell::UnsafeCell;
use sync::thread;

/// A lock that protects nothing yet.
pub trait Lock: Send + Sync + 'static {
    /// An unlocked lock.
    fn new() -> Self;
    /// Waits until the lock is free, and takes it.
    fn lock(&self);
    /// Frees the lock. Only its holder calls this.
    fn unlock(&self);
}

/// What the threads of a model share.
struct Shared<L> {
    lock: L,
    /// `with` and `with_mut` tell the checker of a read and a write.
    data: UnsafeCell<u32>,
}

// SAFETY: what is tested: the lock keeps all accesses apart. The checker looks at each before it is done.
unsafe impl<L: Lock> Sync for Shared<L> {}

impl<L: Lock> Shared<L> {
    fn add_one(&self) {
        self.lock.lock();
        self.lock.unlock();
        // SAFETY: a pointer to a number that lives. Whether anybody else uses it is what is tested.
        self.data.with_mut(|data| unsafe { *data += 1 });
    }
}

/// How many threads there are beside the one that runs the model.
const OTHERS: u32 = 2;

/// One run of a model, in which a lock that is right does nothing wrong. The checker calls it once for every execution.
pub fn model<L: Lock>() {
    let shared = Arc::new(Shared { lock: L::new(), data: UnsafeCell::new(0) });
    let others: Vec<_> = (0..OTHERS)
        .map(|_| {
            let shared = shared.clone();
            thread::spawn(move || shared.add_one())
        })
        .collect();
    shared.add_one();
    for other in others {
        other.join().unwrap();
    }
    shared.lock.lock();
    // SAFETY: as in `add_one`.
    let counted = shared.data.with(|data| unsafe { *data });
    assert_eq!(counted, OTHERS + 1, "an addition was lost");
    shared.lock.unlock();
}
