//! Exploring a program.

use crate::Builder;
use crate::runtime::failure::FailureKind;
use crate::runtime::report::Counters;
use crate::runtime::run::with;

/// Explores `f` without limits on the search. An execution may have 2,000 events; [`Builder::max_events`] allows more.
///
/// # Panics
///
/// With the report of the first failure that is found.
pub fn model(f: impl Fn() + Send + Sync + 'static) {
    if let Err(failure) = Builder::new().check(f) {
        panic!("{failure}");
    }
}

/// What the execution under way has done so far, all threads together.
///
/// # Panics
///
/// Outside of a model.
pub fn counters() -> Counters {
    let counters = with(|engine| {
        engine.is_asked_for_counters = true;
        engine.counters
    });
    counters.expect("counters: called outside of a model")
}

/// A failure of this kind says nothing about the program, but that the model is too large for the checker.
pub fn is_undecided(kind: FailureKind) -> bool {
    kind.is_undecided()
}
