//! For faces in other crates: what they need to know of the execution under way. To ask is no step of the program.

use crate::runtime::report::Objection;
use crate::runtime::run::with;
use crate::runtime::sight;
use std::sync::Arc;

/// The number of the execution under way, which no other has; `None` outside of a model.
pub fn execution() -> Option<u64> {
    with(|engine| engine.number)
}

/// How many steps the current thread has made; 0 outside of a model.
pub fn steps() -> usize {
    with(|engine| engine.cursor[engine.current]).unwrap_or(0)
}

/// How many atomic operations and fences the current thread has made; 0 outside of a model.
pub fn operations() -> usize {
    with(|engine| engine.operations()).unwrap_or(0)
}

/// Lets the current thread make at most `most` atomic operations and fences, until this is called again or
/// [`unlimited`]. One more fails the model, as [`reject`](crate::reject) does, with what `why` says.
pub fn limit(most: usize, why: impl Fn() -> Objection + Send + Sync + 'static) {
    with(|engine| engine.limit(most, Arc::new(why)));
}

/// Ends what [`limit`] has begun.
pub fn unlimited() {
    with(|engine| engine.limits[engine.current] = None);
}

/// Calls `f`, whose accesses to memory are not the program's. `f` must make no step of the program.
pub fn unseen<R>(f: impl FnOnce() -> R) -> R {
    sight::closed(f)
}
