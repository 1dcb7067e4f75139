//! Panics that are part of a program.

use std::any::Any;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Has a call panicked? An exploration may run on a thread of its own, and then the next one waits for its end.
static HAS_PANICKED: AtomicBool = AtomicBool::new(false);

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
    HAS_PANICKED.store(true, Relaxed);
}

/// Has a call panicked since this was last asked?
#[cfg(not(feature = "loom"))]
pub(crate) fn has_panicked() -> bool {
    HAS_PANICKED.swap(false, Relaxed)
}
