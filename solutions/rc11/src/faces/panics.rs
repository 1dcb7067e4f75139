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
    let unwinds = with(|engine| {
        engine.expecting[engine.current].push(Some(at));
        engine.is_unwinding()
    });
    let result = catch_unwind(AssertUnwindSafe(f));
    with(|engine| {
        engine.expecting[engine.current].pop();
        // A destructor may catch a panic while another one unwinds.
        engine.panicking[engine.current] = unwinds == Some(true);
    });
    result
}

/// Runs `f` in a destructor, while a panic unwinds the thread, and goes on. A panic of `f` ends the process, as it does there.
#[track_caller]
pub fn while_unwinding(f: impl FnOnce()) {
    let mut f = Some(f);
    // Not generic beyond this: what it does is compiled here, and not with the code under test.
    in_destructor(&mut || f.take().expect("a destructor runs once")());
}

#[track_caller]
fn in_destructor(f: &mut dyn FnMut()) {
    struct Destructor<'a>(&'a mut dyn FnMut());

    impl Drop for Destructor<'_> {
        fn drop(&mut self) {
            // What is expected is the panic that has begun, and no other.
            with(|engine| engine.expecting[engine.current].push(None));
            (self.0)();
            with(|engine| engine.expecting[engine.current].pop());
        }
    }

    expect_panic(|| {
        let _destructor = Destructor(f);
        panic!("on purpose")
    });
}

/// Panics with `payload` and without a message. It is not a failure of the model: the thread ends, and whoever joins it is told.
pub fn panic_quietly(payload: impl Any + Send) -> ! {
    with(Engine::note_quiet);
    resume_unwind(Box::new(payload))
}
