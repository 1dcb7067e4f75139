//! The lock as one whose clients are known: with data that its users agree on, and a guard that unlocks.

use super::super::subject::SpinLock;
use clients::locks::{self, Data, Lock};
use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};

pub type Locks = locks::Locks<Agreed>;

/// A lock, and what it protects.
pub struct Agreed {
    lock: SpinLock,
    data: UnsafeCell<Data>,
}

/// Holds the lock.
pub struct Held(&'static Agreed);

impl Deref for Held {
    type Target = Data;

    fn deref(&self) -> &Data {
        // SAFETY: this thread holds the lock; if another does as well, the checker is there to tell.
        unsafe { &*self.0.data.get() }
    }
}

impl DerefMut for Held {
    fn deref_mut(&mut self) -> &mut Data {
        // SAFETY: as above.
        unsafe { &mut *self.0.data.get() }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.lock.unlock();
    }
}

impl Lock for Agreed {
    type Guard = Held;
    const NEW: &'static str = "let lock = SpinLock::new();";
    const HAS_TRY_LOCK: bool = false;
    const HAS_GUARD: bool = false;

    fn new(data: Data) -> Self {
        Self { lock: SpinLock::new(), data: UnsafeCell::new(data) }
    }

    fn lock(&'static self) -> Held {
        self.lock.lock();
        Held(self)
    }
}
