//! A mutex. It costs the search as little as a lock can: one read-modify-write and one store for each critical section.

use super::result;
use crate::core::event::{Op, Request};
use crate::faces::atomic::Ordering::{Acquire, Relaxed, Release};
use crate::faces::thread::panicking;
use crate::runtime::block;
use crate::runtime::failure::Blocked;
use crate::runtime::object::{Object, Tag, Target};
use crate::runtime::ops;
use crate::runtime::rmw;
use crate::runtime::run::is_inside;
use std::cell::UnsafeCell;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::{LockResult, TryLockError, TryLockResult};

const FREE: u64 = 0;
/// Somebody holds the mutex.
const LOCKED: u64 = 1;
/// A holder has panicked.
const POISONED: u64 = 2;

pub(super) fn show_nothing(_: u64) -> String {
    String::new()
}

fn show_poison(state: u64) -> String {
    (state & POISONED != 0).to_string()
}

static TRY_LOCK: Op = Op {
    apply: |state, _, _| (state & LOCKED == 0).then_some(state | LOCKED),
    updates: true,
    ..Op::plain("try_lock", 0, show_nothing)
};
static LOCK: Op = Op { name: "lock", awaits: true, ..TRY_LOCK };
static UNLOCK: Op = Op::plain("unlock", 0, show_nothing);
/// A wait for a condition variable ends with one of these, and begins with [`SLEEP`].
pub(super) static LOCK_WOKEN: Op = Op { name: "lock again", ..LOCK };
pub(super) static LOCK_NOT_WOKEN: Op = Op { name: "lock again, not woken", ..LOCK };
pub(super) static SLEEP: Op = Op::plain("unlock and sleep", 0, show_nothing);
static POISON: Op = Op::plain("poison and unlock", 0, show_nothing);
/// Leaves the poison as it is: somebody may have cleared it since the mutex was locked.
static UNLOCK_POISONED: Op =
    Op { apply: |state, _, _| Some(state & !LOCKED), ..Op::plain("unlock", 0, show_nothing) };
static IS_POISONED: Op = Op::plain("is_poisoned", 0, show_poison);
static CLEAR_POISON: Op = Op {
    apply: |state, _, _| Some(state & !POISONED),
    ..Op::plain("clear_poison", 0, show_nothing)
};

/// A mutex, as std's.
///
/// In a `static` it is free, and not poisoned, at the start of each execution. What it guards is as the execution before has left it.
#[derive(Default)]
pub struct Mutex<T: ?Sized> {
    state: State,
    value: UnsafeCell<T>,
}

#[derive(Debug)]
struct State(Tag);

impl Default for State {
    fn default() -> Self {
        Self(Tag::new())
    }
}

// SAFETY: the lock keeps the threads that use the value apart.
unsafe impl<T: ?Sized + Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    /// A mutex that is free.
    pub const fn new(value: T) -> Self {
        Self { state: State(Tag::new()), value: UnsafeCell::new(value) }
    }

    /// Unwraps the value.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn into_inner(self) -> LockResult<T> {
        let poisoned = self.is_poisoned();
        result(poisoned, self.value.into_inner())
    }
}

impl<T: ?Sized> Mutex<T> {
    fn object(&self) -> Object<'_> {
        Object::new(&self.state.0, FREE)
    }

    /// Waits until the mutex is free, and locks it.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        let at = Location::caller();
        let poisoned = is_inside() && self.acquire(&LOCK, at);
        result(poisoned, self.guard(poisoned, at))
    }

    /// Locks the mutex if it is free.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        let at = Location::caller();
        let request = Request::new(&TRY_LOCK, at, Acquire);
        let state = if is_inside() { rmw::update(self.object(), request).0 } else { FREE };
        if state & LOCKED != 0 {
            return Err(TryLockError::WouldBlock);
        }
        let poisoned = state & POISONED != 0;
        Ok(result(poisoned, self.guard(poisoned, at))?)
    }

    /// Has a holder panicked?
    #[track_caller]
    pub fn is_poisoned(&self) -> bool {
        let request = Request::new(&IS_POISONED, Location::caller(), Relaxed);
        is_inside() && ops::load(self.object(), request) & POISONED != 0
    }

    /// Forgets that a holder has panicked.
    #[track_caller]
    pub fn clear_poison(&self) {
        if is_inside() {
            rmw::update(self.object(), Request::new(&CLEAR_POISON, Location::caller(), Relaxed));
        }
    }

    /// The value: nobody else can have locked the mutex.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        let poisoned = self.is_poisoned();
        result(poisoned, self.value.get_mut())
    }

    fn guard(&self, poisoned: bool, at: &'static Location<'static>) -> MutexGuard<'_, T> {
        MutexGuard { mutex: self, poisoned, panicking: panicking(), at }
    }

    /// Returns whether the mutex is poisoned.
    pub(super) fn acquire(&self, op: &'static Op, at: &'static Location<'static>) -> bool {
        let request = Request::new(op, at, Acquire);
        block::acquire(Target::Object(self.object()), request, Blocked::Awaiting) & POISONED != 0
    }
}

impl<T> From<T> for Mutex<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: ?Sized> fmt::Debug for Mutex<T> {
    /// Does not look at the value: to lock the mutex would be one more step of the program.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mutex { .. }")
    }
}

/// Access to the value of a locked mutex.
#[must_use = "the mutex is unlocked when its guard is dropped"]
pub struct MutexGuard<'a, T: ?Sized> {
    pub(super) mutex: &'a Mutex<T>,
    /// The mutex was poisoned when it was locked.
    pub(super) poisoned: bool,
    /// The thread was panicking when it locked the mutex.
    panicking: bool,
    at: &'static Location<'static>,
}

// SAFETY: `&MutexGuard<T>` gives `&T` and nothing more, so sharing a guard shares the `T`.
unsafe impl<T: ?Sized + Sync> Sync for MutexGuard<'_, T> {}

impl<T: ?Sized> MutexGuard<'_, T> {
    /// `unlock` is how it is called where there is no poison.
    pub(super) fn release(&self, unlock: &'static Op, at: &'static Location<'static>) {
        if !is_inside() {
            return;
        }
        let object = self.mutex.object();
        let request = |op| Request::new(op, at, Release);
        if !self.panicking && panicking() {
            ops::store(object, POISONED, request(&POISON));
        } else if self.poisoned {
            rmw::update(object, request(&UNLOCK_POISONED));
        } else {
            // Only a holder poisons, so there is no poison to be kept.
            ops::store(object, FREE, request(unlock));
        }
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the guard exists, so the mutex is locked by its thread.
        unsafe { &*self.mutex.value.get() }
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`, and the guard is borrowed mutably.
        unsafe { &mut *self.mutex.value.get() }
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        self.release(&UNLOCK, self.at);
    }
}
