//! Panics that are part of what a program does.

use crate::runtime::run::with;
use crate::runtime::state::Engine;
use std::any::Any;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};

/// Runs `f`, which must panic, and goes on. The timeline of a failure that comes later shows the panic.
///
/// # Panics
///
/// If `f` does not.
#[track_caller]
pub fn expect_panic<R>(f: impl FnOnce() -> R) {
    drop(catch_panic(f));
}

/// Runs `f`, which must panic, and returns the payload. The panic is not a failure of the model, unless it is one of an integer
/// that overflows, which only some builds have.
///
/// # Panics
///
/// If `f` does not.
#[track_caller]
pub fn catch_panic<R>(f: impl FnOnce() -> R) -> Box<dyn Any + Send> {
    match attempt(f) {
        Ok(_) => panic!("a panic was expected here, but none came"),
        Err(payload) => payload,
    }
}

/// Runs `f`, which may panic or not. A panic is not a failure of the model, unless it is one of an integer that overflows.
///
/// # Errors
///
/// The payload of the panic.
#[track_caller]
pub fn attempt<R>(f: impl FnOnce() -> R) -> std::thread::Result<R> {
    let at = Location::caller();
    with(|engine| engine.expecting[engine.current].push(at));
    let result = catch_unwind(AssertUnwindSafe(f));
    with(|engine| {
        engine.expecting[engine.current].pop();
        engine.panicking[engine.current] = false;
    });
    result
}

/// Panics with `payload` and without a message. It is not a failure of the model: the thread ends, and whoever joins it is told.
pub fn panic_quietly(payload: impl Any + Send) -> ! {
    with(Engine::note_quiet);
    resume_unwind(Box::new(payload))
}
