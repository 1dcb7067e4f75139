//! A condition variable.

use super::mutex::{LOCK_NOT_WOKEN, LOCK_WOKEN, MutexGuard, SLEEP};
use super::result;
use crate::runtime::object::{Object, Tag};
use crate::runtime::queue::{self, Waited};
use crate::runtime::run::is_inside;
use std::panic::Location;
use std::sync::LockResult;
use std::time::Duration;

/// Did a wait end because the time was up?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    /// Did it?
    pub fn timed_out(&self) -> bool {
        self.0
    }
}

/// The guard that a wait gives back, and why it ended.
type Timed<'a, T> = (MutexGuard<'a, T>, WaitTimeoutResult);

/// A condition variable, as std's.
#[derive(Debug)]
pub struct Condvar(Tag);

impl Condvar {
    /// A condition variable that nobody waits for.
    pub const fn new() -> Self {
        Self(Tag::new())
    }

    fn queue(&self) -> Object<'_> {
        Object::new(&self.0, 0)
    }

    /// Unlocks, sleeps, and locks again. Returns whether it was woken.
    fn sleep<T: ?Sized>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        timeout: bool,
        at: &'static Location<'static>,
    ) -> bool {
        if !is_inside() {
            return !timeout;
        }
        let mut sleep = || guard.release(&SLEEP, at);
        let woken = queue::condvar_wait(self.queue(), &mut sleep, timeout, at) == Waited::Woken;
        let op = if woken { &LOCK_WOKEN } else { &LOCK_NOT_WOKEN };
        guard.poisoned = guard.mutex.acquire(op, at);
        woken
    }

    /// Unlocks, sleeps until it is woken, and locks again. May return for no reason, if the model allows that.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn wait<'a, T: ?Sized>(
        &self,
        mut guard: MutexGuard<'a, T>,
    ) -> LockResult<MutexGuard<'a, T>> {
        self.sleep(&mut guard, false, Location::caller());
        result(guard.poisoned, guard)
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

    /// As `wait`, but the time may be up. How long it is does not matter: it may always be over.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn wait_timeout<'a, T: ?Sized>(
        &self,
        mut guard: MutexGuard<'a, T>,
        _duration: Duration,
    ) -> LockResult<Timed<'a, T>> {
        let woken = self.sleep(&mut guard, true, Location::caller());
        result(guard.poisoned, (guard, WaitTimeoutResult(!woken)))
    }

    /// As `wait_timeout`, until `condition` is false. When the time is up, it ends even if it is true.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn wait_timeout_while<'a, T: ?Sized>(
        &self,
        mut guard: MutexGuard<'a, T>,
        duration: Duration,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<Timed<'a, T>> {
        while condition(&mut guard) {
            let ended;
            (guard, ended) = self.wait_timeout(guard, duration)?;
            if ended.timed_out() {
                let waits = condition(&mut guard);
                return Ok((guard, WaitTimeoutResult(waits)));
            }
        }
        Ok((guard, WaitTimeoutResult(false)))
    }

    /// Wakes one of those that wait, if any does. Which one is open.
    #[track_caller]
    pub fn notify_one(&self) {
        if is_inside() {
            queue::condvar_notify(self.queue(), false, Location::caller());
        }
    }

    /// Wakes all that wait.
    #[track_caller]
    pub fn notify_all(&self) {
        if is_inside() {
            queue::condvar_notify(self.queue(), true, Location::caller());
        }
    }
}

impl Default for Condvar {
    fn default() -> Self {
        Self::new()
    }
}
