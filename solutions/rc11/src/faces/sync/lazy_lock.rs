//! A value that is made on first use.

use super::once_lock::{OnceLock, execution};
use std::cell::Cell;
use std::fmt;
use std::mem::{ManuallyDrop, needs_drop};
use std::ops::{Deref, DerefMut};
use std::ptr;

/// A value that is made on first use, as std's. In a `static` it is made anew in each execution.
pub struct LazyLock<T, F = fn() -> T> {
    value: OnceLock<T>,
    /// As it was given: see `used_in`.
    init: ManuallyDrop<F>,
    /// The last execution in which `init` was called. Whoever calls it takes its bits. In a later execution they can be taken
    /// again if they own nothing.
    used_in: Cell<Option<u64>>,
}

// SAFETY: `init` and `used_in` are only touched by the thread that makes the value, which `value` keeps alone.
unsafe impl<T: Send + Sync, F: Send> Sync for LazyLock<T, F> {}

impl<T, F: FnOnce() -> T> LazyLock<T, F> {
    /// A value that `init` will make.
    pub const fn new(init: F) -> Self {
        Self { value: OnceLock::new(), init: ManuallyDrop::new(init), used_in: Cell::new(None) }
    }

    /// The value. Waits for whoever is making it.
    ///
    /// # Panics
    ///
    /// If `init` has panicked.
    #[track_caller]
    pub fn force(this: &Self) -> &T {
        this.value.get_or_init(|| this.take_init()())
    }

    /// The value; nobody else has a reference.
    ///
    /// # Panics
    ///
    /// As `force`.
    #[track_caller]
    pub fn force_mut(this: &mut Self) -> &mut T {
        Self::force(this);
        this.value.get_mut().expect("it was just made")
    }

    fn take_init(&self) -> F {
        let now = execution();
        match self.used_in.replace(Some(now)) {
            Some(before) if before == now => {
                panic!("LazyLock instance has previously been poisoned")
            }
            Some(_) if needs_drop::<F>() => {
                panic!(
                    "what makes the value of a LazyLock that outlives an execution must own nothing"
                )
            }
            _ => {}
        }
        // SAFETY: nobody has taken the bits in this execution; for others see `used_in`.
        unsafe { ptr::read(&raw const *self.init) }
    }
}

impl<T, F> Drop for LazyLock<T, F> {
    fn drop(&mut self) {
        if self.used_in.get().is_none() {
            // SAFETY: nobody has taken the bits, and nobody will.
            unsafe { ManuallyDrop::drop(&mut self.init) };
        }
    }
}

impl<T, F: FnOnce() -> T> Deref for LazyLock<T, F> {
    type Target = T;

    #[track_caller]
    fn deref(&self) -> &T {
        Self::force(self)
    }
}

impl<T, F: FnOnce() -> T> DerefMut for LazyLock<T, F> {
    #[track_caller]
    fn deref_mut(&mut self) -> &mut T {
        Self::force_mut(self)
    }
}

impl<T: Default> Default for LazyLock<T> {
    fn default() -> Self {
        Self::new(T::default)
    }
}

impl<T, F> fmt::Debug for LazyLock<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LazyLock { .. }")
    }
}
