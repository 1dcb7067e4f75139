//! No state: one pointer leads to a waker in a box, or nowhere. `register` swaps its own in, and `wake` swaps none in.

use std::fmt;
use std::ptr;
use std::task::Waker;
use sync::atomic::{AtomicPtr, Ordering::AcqRel};

/// A place for the waker of a task that waits for something.
///
/// The protocol is that of `AtomicWaker` in the crate `futures`.
#[derive(Default)]
pub struct WakerCell {
    waker: AtomicPtr<Waker>,
}

impl WakerCell {
    /// An empty cell.
    pub const fn new() -> Self {
        Self { waker: AtomicPtr::new(ptr::null_mut()) }
    }

    /// Leaves a clone of the waker in place of the one that was there. Never waits.
    ///
    /// A task calls this, and *then* checks whether what it waits for has happened. It sees what came before each `wake` that does not
    /// wake this waker. If somebody else is at the cell just now, the waker is woken at once: the task will call this again.
    #[inline]
    pub fn register(&self, waker: &Waker) {
        drop(self.swap(Box::into_raw(Box::new(waker.clone()))));
    }

    fn swap(&self, waker: *mut Waker) -> Option<Box<Waker>> {
        // AcqRel: what came before the swaps of others happens before what follows, and the other way round.
        let old = self.waker.swap(waker, AcqRel);
        // SAFETY: it comes from a box, and whoever swaps it out has it alone.
        (!old.is_null()).then(|| unsafe { Box::from_raw(old) })
    }

    /// Takes the waker out and wakes it, if there is one. Never waits.
    ///
    /// Whoever calls this has made happen before what the task waits for.
    #[inline]
    pub fn wake(&self) {
        if let Some(waker) = self.swap(ptr::null_mut()) {
            waker.wake();
        }
    }
}

impl Drop for WakerCell {
    fn drop(&mut self) {
        drop(self.swap(ptr::null_mut()));
    }
}

/// Says that there is a cell. What is in it changes at any moment.
impl fmt::Debug for WakerCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WakerCell").finish_non_exhaustive()
    }
}
