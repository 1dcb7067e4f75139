//! Sleeping until a word changes: a model of the platform's wait.
//!
//! Comparing and going to sleep are one step, so a missing wake-up is a deadlock found. Neither a wake-up nor a return from
//! a wait synchronises: what a woken thread learns, it learns from atomics.

use crate::faces::atomic::{Atomic, AtomicU32};
use crate::runtime::object::Object;
use crate::runtime::queue::{self, Waited};
use crate::runtime::run::is_inside;
use std::panic::Location;
use std::time::Duration;

fn sleepers(word: &Atomic<u32>) -> Object<'_> {
    Object::nowhere(&word.queue, 0)
}

/// Sleeps while `word` is `expected`. May return at any time without a wake-up, if the model allows that.
#[track_caller]
pub fn wait(word: &AtomicU32, expected: u32) {
    wait_until(word, expected, false, Location::caller());
}

/// Nobody waits for so long that this is over: half a century.
const ENDLESS: Duration = Duration::from_secs(50 * 365 * 24 * 60 * 60);

/// As [`wait`], but the time may run out. Returns false if it did. How long it is does not matter: it may always be over.
/// Only half a century or more, such as `Duration::MAX`, never is. So it shows whether a long time is passed on as it is.
#[track_caller]
pub fn wait_timeout(word: &AtomicU32, expected: u32, duration: Duration) -> bool {
    wait_until(word, expected, duration < ENDLESS, Location::caller())
}

fn wait_until(
    word: &AtomicU32,
    expected: u32,
    timeout: bool,
    at: &'static Location<'static>,
) -> bool {
    if !is_inside() {
        return !timeout;
    }
    let word = word.atomic();
    let ended = queue::futex_wait(word.object(), sleepers(word), u64::from(expected), timeout, at);
    !(timeout && ended == Waited::Returned)
}

/// Wakes one thread that sleeps on `word`, if any does. Which one is open.
#[track_caller]
pub fn wake_one(word: &AtomicU32) {
    if is_inside() {
        queue::futex_wake(sleepers(word.atomic()), false, Location::caller());
    }
}

/// Wakes all threads that sleep on `word`.
#[track_caller]
pub fn wake_all(word: &AtomicU32) {
    if is_inside() {
        queue::futex_wake(sleepers(word.atomic()), true, Location::caller());
    }
}
