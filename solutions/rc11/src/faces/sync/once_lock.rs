//! A value that is made once.

use super::once::Once;
use crate::runtime::run::with;
use std::cell::{Cell, UnsafeCell};
use std::fmt;
use std::mem::MaybeUninit;
use std::panic::Location;

/// A value that is made once, as std's.
///
/// One that outlives an execution, in a `static`, is empty again in the next one; the value before is leaked, as a static's is.
pub struct OnceLock<T> {
    once: Once,
    /// The execution in which the value was made.
    made_in: Cell<Option<u64>>,
    /// There is a value if `once` is complete. Nobody writes to it then but who has the lock alone.
    value: UnsafeCell<MaybeUninit<T>>,
}

// SAFETY: `once` keeps the writer of the value apart from all readers; a value may end up with any thread.
unsafe impl<T: Send + Sync> Sync for OnceLock<T> {}
// SAFETY: the value may be sent, and the rest belongs to no thread.
unsafe impl<T: Send> Send for OnceLock<T> {}

/// The number of the execution; 0 outside of a model.
pub(super) fn execution() -> u64 {
    with(|engine| engine.number).unwrap_or(0)
}

impl<T> OnceLock<T> {
    /// Without a value.
    pub const fn new() -> Self {
        let value = UnsafeCell::new(MaybeUninit::uninit());
        Self { once: Once::new(), made_in: Cell::new(None), value }
    }

    /// The value, if it was made.
    #[track_caller]
    pub fn get(&self) -> Option<&T> {
        // SAFETY: there is a value, and nobody writes to it any more.
        self.once.is_completed().then(|| unsafe { (*self.value.get()).assume_init_ref() })
    }

    /// The value, if it was made; nobody else has a reference.
    #[track_caller]
    pub fn get_mut(&mut self) -> Option<&mut T> {
        // SAFETY: there is a value.
        self.once.is_completed().then(|| unsafe { self.value.get_mut().assume_init_mut() })
    }

    /// Makes it the value, unless there is one.
    ///
    /// # Errors
    ///
    /// If there is one: then `value` comes back.
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), T> {
        let mut value = Some(value);
        self.fill(&mut || value.take(), Location::caller());
        value.map_or(Ok(()), Err)
    }

    /// The value, which `f` makes if nobody has. Waits for whoever is at it.
    #[track_caller]
    pub fn get_or_init(&self, f: impl FnOnce() -> T) -> &T {
        let at = Location::caller();
        let mut f = Some(f);
        let made = self.fill(&mut || f.take().map(|f| f()), at);
        made.expect("the value was made")
    }

    /// The value, which `make` makes if nobody has. Without one, nothing was done.
    fn fill(
        &self,
        make: &mut dyn FnMut() -> Option<T>,
        at: &'static Location<'static>,
    ) -> Option<&T> {
        let mut is_there = true;
        self.once.run(
            true,
            &mut |state| match make() {
                Some(value) => {
                    // SAFETY: who runs the code of `once` is alone, and there is no value yet.
                    unsafe { (*self.value.get()).write(value) };
                    self.made_in.set(Some(execution()));
                }
                None => {
                    is_there = false;
                    state.give_up();
                }
            },
            at,
        );
        // SAFETY: `once` is complete, so there is a value, and nobody writes to it any more.
        is_there.then(|| unsafe { (*self.value.get()).assume_init_ref() })
    }

    /// Takes the value out.
    #[track_caller]
    pub fn take(&mut self) -> Option<T> {
        if !self.once.is_completed() {
            return None;
        }
        self.once.reset();
        self.made_in.set(None);
        // SAFETY: there was a value, and nothing says so any more.
        Some(unsafe { self.value.get_mut().assume_init_read() })
    }

    /// Unwraps the value.
    #[track_caller]
    pub fn into_inner(mut self) -> Option<T> {
        self.take()
    }

    /// Waits until there is a value.
    #[track_caller]
    pub fn wait(&self) -> &T {
        self.once.wait_force();
        // SAFETY: as in `get`.
        unsafe { (*self.value.get()).assume_init_ref() }
    }
}

impl<T> Drop for OnceLock<T> {
    fn drop(&mut self) {
        // A value of another execution is not touched: what it refers to may be gone.
        if self.made_in.get() == Some(execution()) {
            // SAFETY: there is a value, and it is not used again.
            unsafe { self.value.get_mut().assume_init_drop() };
        }
    }
}

impl<T> Default for OnceLock<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> From<T> for OnceLock<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        let lock = Self::new();
        let Ok(()) = lock.set(value) else { unreachable!("it was empty") };
        lock
    }
}

impl<T: Clone> Clone for OnceLock<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        self.get().map_or_else(Self::new, |value| value.clone().into())
    }
}

impl<T> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnceLock { .. }")
    }
}
