//! The guards of a reader-writer lock.

use super::{
    DOWNGRADE, FREE, POISON, POISONED, RwLock, UNLOCK_POISONED, UNLOCK_READ, UNLOCK_WRITE,
};
use crate::core::event::Request;
use crate::faces::thread::panicking;
use crate::runtime::run::is_inside;
use crate::runtime::{ops, rmw};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::atomic::Ordering::Release;

/// Shared access to the value of a lock.
#[must_use = "the lock is unlocked when its guard is dropped"]
pub struct RwLockReadGuard<'a, T: ?Sized> {
    pub(super) lock: &'a RwLock<T>,
    pub(super) at: &'static Location<'static>,
}

/// Access to the value of a lock, alone.
#[must_use = "the lock is unlocked when its guard is dropped"]
pub struct RwLockWriteGuard<'a, T: ?Sized> {
    pub(super) lock: &'a RwLock<T>,
    /// The lock was poisoned when it was taken.
    pub(super) poisoned: bool,
    /// The thread was panicking when it took the lock.
    pub(super) panicking: bool,
    pub(super) at: &'static Location<'static>,
}

// SAFETY: a guard gives `&T` to whoever shares it, and nothing more.
unsafe impl<T: ?Sized + Sync> Sync for RwLockReadGuard<'_, T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Sync> Sync for RwLockWriteGuard<'_, T> {}

impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    /// Goes on as a reader; no writer comes in between.
    #[track_caller]
    pub fn downgrade(this: Self) -> RwLockReadGuard<'a, T> {
        let (lock, at) = (this.lock, Location::caller());
        std::mem::forget(this);
        if is_inside() {
            // Release: publishes the writes to the readers. It reads what this thread has written, so it need not acquire.
            rmw::update(lock.object(), Request::new(&DOWNGRADE, at, Release));
        }
        RwLockReadGuard { lock, at }
    }
}

impl<T: ?Sized> Drop for RwLockReadGuard<'_, T> {
    fn drop(&mut self) {
        if is_inside() {
            rmw::update(self.lock.object(), Request::new(&UNLOCK_READ, self.at, Release));
        }
    }
}

impl<T: ?Sized> Drop for RwLockWriteGuard<'_, T> {
    fn drop(&mut self) {
        if !is_inside() {
            return;
        }
        let object = self.lock.object();
        let request = |op| Request::new(op, self.at, Release);
        if !self.panicking && panicking() {
            ops::store(object, POISONED, request(&POISON));
        } else if self.poisoned {
            rmw::update(object, request(&UNLOCK_POISONED));
        } else {
            // Only a writer poisons, so there is no poison to be kept.
            ops::store(object, FREE, request(&UNLOCK_WRITE));
        }
    }
}

macro_rules! guard {
    ($name:ident) => {
        impl<T: ?Sized> Deref for $name<'_, T> {
            type Target = T;

            fn deref(&self) -> &T {
                // SAFETY: the guard exists, so nobody writes but its owner, who borrows it mutably to do so.
                unsafe { &*self.lock.value.get() }
            }
        }

        impl<T: ?Sized + fmt::Debug> fmt::Debug for $name<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                (**self).fmt(f)
            }
        }

        impl<T: ?Sized + fmt::Display> fmt::Display for $name<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                (**self).fmt(f)
            }
        }
    };
}

guard!(RwLockReadGuard);
guard!(RwLockWriteGuard);

impl<T: ?Sized> DerefMut for RwLockWriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the guard exists, so its owner is alone, and it is borrowed mutably.
        unsafe { &mut *self.lock.value.get() }
    }
}
