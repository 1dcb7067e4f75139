//! The cell is used through `with_mut` and `with`; the data is in a `ManuallyDrop` that the lock drops; a strong compare-exchange takes the lock.

use std::mem::ManuallyDrop;
use sync::atomic::{
    AtomicU32,
    Ordering::{AcqRel, Acquire, Release},
};
use sync::cell::UnsafeCell;
use sync::hint;

const FREE: u32 = 7;
const TAKEN: u32 = 9;

pub struct SpinLock<T> {
    state: AtomicU32,
    data: UnsafeCell<ManuallyDrop<T>>,
}

// SAFETY: the data moves from holder to holder and is never shared.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    pub const fn new(value: T) -> Self {
        Self { state: AtomicU32::new(FREE), data: UnsafeCell::new(ManuallyDrop::new(value)) }
    }

    pub fn lock(&self) -> &mut T {
        // AcqRel, Acquire: the acquire on success pairs with the Release in `unlock`; the rest is more than needed.
        while self.state.compare_exchange(FREE, TAKEN, AcqRel, Acquire).is_err() {
            hint::spin_loop();
        }
        // SAFETY: this thread is the only holder.
        self.data.with_mut(|data| unsafe { &mut **data })
    }

    pub unsafe fn unlock(&self) {
        // Release: pairs with the acquire in `lock`.
        self.state.swap(FREE, Release);
    }
}

impl<T> Drop for SpinLock<T> {
    fn drop(&mut self) {
        // SAFETY: nobody uses the data any more, and it is dropped here only.
        unsafe { ManuallyDrop::drop(self.data.get_mut()) };
    }
}
