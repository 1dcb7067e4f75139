//! A reader-writer lock: one read-modify-write to lock it, and one step to unlock it.
//!
//! Two readers in turn synchronise, as they do with every implementation that we know: each unlock is a release of the one
//! word, and each lock acquires it.

mod guards;
pub use guards::{RwLockReadGuard, RwLockWriteGuard};

use super::mutex::show_nothing;
use super::result;
use crate::core::event::{Op, Request};
use crate::faces::thread::panicking;
use crate::runtime::block;
use crate::runtime::failure::Blocked;
use crate::runtime::object::{Object, Tag, Target};
use crate::runtime::run::is_inside;
use crate::runtime::{ops, rmw};
use std::cell::UnsafeCell;
use std::fmt;
use std::panic::Location;
use std::sync::atomic::Ordering::{Acquire, Relaxed};
use std::sync::{LockResult, TryLockError, TryLockResult};

/// Nobody holds the lock.
const FREE: u64 = 0;
/// A writer holds it.
const WRITER: u64 = 1;
/// A writer has panicked.
const POISONED: u64 = 2;
/// One reader holds it. The readers are counted from this bit on.
const READER: u64 = 4;

const fn step(name: &'static str, apply: fn(u64, u64, u64) -> Option<u64>) -> Op {
    Op { apply, updates: true, ..Op::plain(name, 0, show_nothing) }
}

static TRY_READ: Op =
    step("try_read", |state, _, _| (state & WRITER == 0).then_some(state + READER));
static READ: Op = Op { name: "read", awaits: true, ..TRY_READ };
static TRY_WRITE: Op =
    step("try_write", |state, _, _| (state & !POISONED == FREE).then_some(state | WRITER));
static WRITE: Op = Op { name: "write", awaits: true, ..TRY_WRITE };
static UNLOCK_READ: Op = step("unlock", |state, _, _| Some(state - READER));
static UNLOCK_WRITE: Op = Op::plain("unlock", 0, show_nothing);
static POISON: Op = Op::plain("poison and unlock", 0, show_nothing);
/// Leaves the poison as it is: somebody may have cleared it since the lock was taken.
static UNLOCK_POISONED: Op = step("unlock", |state, _, _| Some(state & !WRITER));
static DOWNGRADE: Op = step("downgrade", |state, _, _| Some((state & !WRITER) + READER));
static IS_POISONED: Op = Op::plain("is_poisoned", 0, |state| (state & POISONED != 0).to_string());
static CLEAR_POISON: Op = step("clear_poison", |state, _, _| Some(state & !POISONED));

/// A reader-writer lock, as std's.
///
/// Who goes first is not promised by std, and here a reader never waits for a writer that waits. So a thread that reads twice at one
/// time is not found to be stuck: with std it may be, if a writer begins to wait in between.
///
/// In a `static` it is free, and not poisoned, at the start of each execution. What it guards is as the execution before has left it.
#[derive(Default)]
pub struct RwLock<T: ?Sized> {
    state: State,
    value: UnsafeCell<T>,
}

struct State(Tag);

impl Default for State {
    fn default() -> Self {
        Self(Tag::new())
    }
}

// SAFETY: writers are alone; readers share the value, and a value may end up with any of them.
unsafe impl<T: ?Sized + Send + Sync> Sync for RwLock<T> {}

impl<T> RwLock<T> {
    /// A lock that is free.
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

impl<T: ?Sized> RwLock<T> {
    fn object(&self) -> Object<'_> {
        Object::new(&self.state.0, FREE)
    }

    /// Waits until no writer holds the lock, and shares it. A writer that waits is not waited for.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        let at = Location::caller();
        let state = self.acquire(&READ, at);
        result(state & POISONED != 0, RwLockReadGuard { lock: self, at })
    }

    /// Shares the lock if no writer holds it.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn try_read(&self) -> TryLockResult<RwLockReadGuard<'_, T>> {
        let at = Location::caller();
        let state = self.attempt(&TRY_READ, at).ok_or(TryLockError::WouldBlock)?;
        Ok(result(state & POISONED != 0, RwLockReadGuard { lock: self, at })?)
    }

    /// Waits until nobody holds the lock, and takes it.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        let at = Location::caller();
        let state = self.acquire(&WRITE, at);
        result(state & POISONED != 0, self.write_guard(state, at))
    }

    /// Takes the lock if nobody holds it.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn try_write(&self) -> TryLockResult<RwLockWriteGuard<'_, T>> {
        let at = Location::caller();
        let state = self.attempt(&TRY_WRITE, at).ok_or(TryLockError::WouldBlock)?;
        Ok(result(state & POISONED != 0, self.write_guard(state, at))?)
    }

    fn write_guard(&self, state: u64, at: &'static Location<'static>) -> RwLockWriteGuard<'_, T> {
        let poisoned = state & POISONED != 0;
        RwLockWriteGuard { lock: self, poisoned, panicking: panicking(), at }
    }

    /// Returns the state before.
    fn acquire(&self, op: &'static Op, at: &'static Location<'static>) -> u64 {
        if !is_inside() {
            return FREE;
        }
        let request = Request::new(op, at, Acquire);
        block::acquire(Target::Object(self.object()), request, Blocked::Awaiting)
    }

    fn attempt(&self, op: &'static Op, at: &'static Location<'static>) -> Option<u64> {
        if !is_inside() {
            return Some(FREE);
        }
        let (state, taken) = rmw::update(self.object(), Request::new(op, at, Acquire));
        taken.then_some(state)
    }

    /// Has a writer panicked?
    #[track_caller]
    pub fn is_poisoned(&self) -> bool {
        let request = Request::new(&IS_POISONED, Location::caller(), Relaxed);
        is_inside() && ops::load(self.object(), request) & POISONED != 0
    }

    /// Forgets that a writer has panicked.
    #[track_caller]
    pub fn clear_poison(&self) {
        if is_inside() {
            rmw::update(self.object(), Request::new(&CLEAR_POISON, Location::caller(), Relaxed));
        }
    }

    /// The value: nobody else can hold the lock.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        let poisoned = self.is_poisoned();
        result(poisoned, self.value.get_mut())
    }
}

impl<T> From<T> for RwLock<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: ?Sized> fmt::Debug for RwLock<T> {
    /// Does not look at the value: to lock would be one more step of the program.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RwLock { .. }")
    }
}
