//! Panics that are part of what a program does.

use crate::runtime::panics::{expect, expect_no_more, unwinds};
use std::any::Any;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};

/// Runs `f`, which must panic, and goes on. The panic is not a failure of the model.
///
/// # Panics
///
/// If `f` does not.
#[track_caller]
pub fn expect_panic<R>(f: impl FnOnce() -> R) {
    drop(catch_panic(f));
}

/// Runs `f`, which must panic, and returns the payload. The panic is not a failure of the model.
///
/// # Panics
///
/// If `f` does not.
#[track_caller]
pub fn catch_panic<R>(f: impl FnOnce() -> R) -> Box<dyn Any + Send> {
    let at = Location::caller();
    expect(at);
    let result = catch_unwind(AssertUnwindSafe(f));
    expect_no_more();
    match result {
        Ok(_) => panic!("a panic was expected here, and none came"),
        Err(payload) => payload,
    }
}

/// Panics with `payload` and without a message. It is not a failure of the model: the thread ends, and who joins it is told.
pub fn panic_quietly(payload: impl Any + Send) -> ! {
    unwinds();
    resume_unwind(Box::new(payload))
}
