//! The lock as one whose clients are known: with a guard that keeps the promise for the caller.

use super::super::subject::SpinLock;
use clients::locks::{self, Data, Lock};
use std::ops::{Deref, DerefMut};

pub type Locks = locks::Locks<SpinLock<Data>>;

/// Holds the lock.
pub struct Held {
    lock: &'static SpinLock<Data>,
    data: &'static mut Data,
}

impl Deref for Held {
    type Target = Data;

    fn deref(&self) -> &Data {
        self.data
    }
}

impl DerefMut for Held {
    fn deref_mut(&mut self) -> &mut Data {
        self.data
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // SAFETY: this thread holds the lock, and the data is not used again.
        unsafe { self.lock.unlock() };
    }
}

impl Lock for SpinLock<Data> {
    type Guard = Held;
    const NEW: &'static str = "let lock = SpinLock::new(0);";
    const HAS_TRY_LOCK: bool = false;
    const HAS_GUARD: bool = false;

    fn new(data: Data) -> Self {
        Self::new(data)
    }

    fn lock(&'static self) -> Held {
        Held { lock: self, data: self.lock() }
    }
}
