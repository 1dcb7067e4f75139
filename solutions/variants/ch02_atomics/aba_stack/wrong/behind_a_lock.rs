//! A spin lock around a vector: if its holder stops, all others wait.
//!
//! Rejected by: thread_that_stops_keeps_no_other_from_its_end
//! Because: waits for ever, because thread 1 has stopped in

use sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Release},
};
use sync::cell::UnsafeCell;

pub struct Stack<T> {
    locked: AtomicBool,
    values: UnsafeCell<Vec<T>>,
    capacity: u32,
}

// SAFETY: the vector is only used by who holds the lock.
unsafe impl<T: Send> Sync for Stack<T> {}

impl<T> Stack<T> {
    pub fn with_capacity(capacity: u32) -> Self {
        Self { locked: AtomicBool::new(false), values: UnsafeCell::new(Vec::new()), capacity }
    }

    fn locked<R>(&self, f: impl FnOnce(&mut Vec<T>) -> R) -> R {
        // Acquire, Release: the next holder sees what the last one did.
        while self.locked.swap(true, Acquire) {
            sync::hint::spin_loop();
        }
        // SAFETY: this thread holds the lock.
        let result = f(unsafe { &mut *self.values.get() });
        self.locked.store(false, Release);
        result
    }

    pub fn push(&self, value: T) -> Result<(), T> {
        self.locked(|values| {
            if values.len() == self.capacity as usize {
                return Err(value);
            }
            values.push(value);
            Ok(())
        })
    }

    pub fn pop(&self) -> Option<T> {
        self.locked(Vec::pop)
    }
}
