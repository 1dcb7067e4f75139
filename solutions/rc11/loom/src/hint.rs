//! Hints.

pub use rc11::hint::{black_box, spin_loop};

/// Fails the model if it is reached.
///
/// # Safety
///
/// None is needed: the model finds that it is reached.
///
/// # Panics
///
/// Always.
#[track_caller]
pub unsafe fn unreachable_unchecked() -> ! {
    unreachable!("unreachable_unchecked was reached")
}
