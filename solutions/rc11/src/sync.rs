//! A mutex and a condition variable for what surrounds the code under test.
//!
//! They cost the search as little as a lock can: one read-modify-write and one store for each critical section.

use crate::atomic::Ordering::{Acquire, Release};
use crate::engine::block;
use crate::engine::event::{Op, Request};
use crate::engine::object::{Object, Tag, Target};
use crate::engine::ops;
use crate::engine::queue;
use crate::engine::runtime::is_inside;
use crate::failure::Blocked;
use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::LockResult;

const FREE: u64 = 0;
const LOCKED: u64 = 1;

fn show_nothing(_: u64) -> String {
    String::new()
}

static LOCK: Op = Op {
    apply: |state, _, _| (state == FREE).then_some(LOCKED),
    awaits: true,
    ..Op::plain("lock", 0, show_nothing)
};
static UNLOCK: Op = Op::plain("unlock", 0, show_nothing);

/// A mutex, as std's. It is never poisoned.
#[derive(Debug, Default)]
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
    #[allow(clippy::missing_errors_doc)]
    pub fn into_inner(self) -> LockResult<T> {
        Ok(self.value.into_inner())
    }
}

impl<T: ?Sized> Mutex<T> {
    fn object(&self) -> Object<'_> {
        Object { tag: &self.state.0, init: FREE }
    }

    /// Waits until the mutex is free, and locks it. Never an error.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        if is_inside() {
            self.acquire(Location::caller());
        }
        Ok(MutexGuard { mutex: self, at: Location::caller() })
    }

    fn acquire(&self, at: &'static Location<'static>) {
        let request = Request::new(&LOCK, at, Acquire);
        block::acquire(Target::Object(self.object()), request, Blocked::Awaiting);
    }

    fn release(&self, at: &'static Location<'static>) {
        if is_inside() {
            ops::store(self.object(), FREE, Request::new(&UNLOCK, at, Release));
        }
    }
}

/// Access to the value of a locked mutex.
#[derive(Debug)]
pub struct MutexGuard<'a, T: ?Sized> {
    mutex: &'a Mutex<T>,
    at: &'static Location<'static>,
}

// SAFETY: `&MutexGuard<T>` gives `&T` and nothing more, so sharing a guard shares the `T`.
unsafe impl<T: ?Sized + Sync> Sync for MutexGuard<'_, T> {}

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

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        self.mutex.release(self.at);
    }
}

/// A condition variable, as std's.
#[derive(Debug)]
pub struct Condvar(Tag);

impl Condvar {
    /// A condition variable that nobody waits for.
    pub const fn new() -> Self {
        Self(Tag::new())
    }

    fn queue(&self) -> Object<'_> {
        Object { tag: &self.0, init: 0 }
    }

    /// Unlocks, sleeps until it is woken, and locks again. May return for no reason, if the model allows that.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn wait<'a, T: ?Sized>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        let at = Location::caller();
        if is_inside() {
            queue::condvar_wait(self.queue(), || guard.mutex.release(at), false, at);
            guard.mutex.acquire(at);
        }
        Ok(guard)
    }

    /// As `wait`, until `condition` is false.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn wait_while<'a, T: ?Sized>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<MutexGuard<'a, T>> {
        while condition(&mut guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    /// Wakes one of those that wait, if any does. Which one is open.
    #[track_caller]
    pub fn notify_one(&self) {
        if is_inside() {
            queue::futex_wake(self.queue(), false, Location::caller());
        }
    }

    /// Wakes all that wait.
    #[track_caller]
    pub fn notify_all(&self) {
        if is_inside() {
            queue::futex_wake(self.queue(), true, Location::caller());
        }
    }
}

impl Default for Condvar {
    fn default() -> Self {
        Self::new()
    }
}
