//! Looks whether two are inside, and not at what the next one sees.
//!
//! Rejected by: model_convicts_a_lock_that_is_relaxed_after_waiting
//! Because: had to wait

use std::sync::Arc;
use sync::atomic::{AtomicBool, Ordering::Relaxed};
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
    data: AtomicBool,
}

// SAFETY: what is tested: the lock keeps all accesses apart. The checker looks at each before it is done.
unsafe impl<L: Lock> Sync for Shared<L> {}

impl<L: Lock> Shared<L> {
    fn add_one(&self) {
        self.lock.lock();
        assert!(!self.data.swap(true, Relaxed), "two are inside");
        assert!(self.data.swap(false, Relaxed), "two are inside");
        self.lock.unlock();
    }
}

/// How many threads there are beside the one that runs the model.
const OTHERS: u32 = 2;

/// One run of a model, in which a lock that is right does nothing wrong. The checker calls it once for every execution.
pub fn model<L: Lock>() {
    let shared = Arc::new(Shared { lock: L::new(), data: AtomicBool::new(false) });
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
    shared.lock.unlock();
}
