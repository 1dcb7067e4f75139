//! Panics that are part of a program.

use std::any::Any;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Has a call of a thread panicked, and one of those that the main thread makes at the end? An exploration may run on a thread of its own, and
/// then the next one waits for its end.
static HAVE_PANICKED: [AtomicBool; 2] = [const { AtomicBool::new(false) }; 2];

/// Does the main thread make the last calls?
static IS_AT_END: AtomicBool = AtomicBool::new(false);

/// Panics while what `f` returns is held, so that it is dropped by the unwinding.
#[track_caller]
pub fn in_panic<T>(f: impl FnOnce() -> T) {
    note();
    rc11::expect_panic(move || {
        let _held = f();
        panic!("on purpose")
    });
}

/// Runs `f`, which may panic or not.
///
/// # Errors
///
/// The payload of the panic.
#[track_caller]
pub fn attempt<R>(f: impl FnOnce() -> R) -> Result<R, Box<dyn Any + Send>> {
    rc11::attempt(f).inspect_err(|_| note())
}

/// Not generic: what it does is compiled here, and not with the code under test.
fn note() {
    HAVE_PANICKED[usize::from(IS_AT_END.load(Relaxed))].store(true, Relaxed);
}

/// Have the threads ended, so that the main one makes the last calls?
#[cfg(not(feature = "loom"))]
pub(crate) fn at_end(is_at_end: bool) {
    IS_AT_END.store(is_at_end, Relaxed);
}

/// Has a call panicked since this was last asked, and one of those at the end?
#[cfg(not(feature = "loom"))]
pub(crate) fn have_panicked() -> [bool; 2] {
    HAVE_PANICKED.each_ref().map(|has| has.swap(false, Relaxed))
}
