//! For faces in other crates: what they need to know of the execution under way. To ask is no step of the program.

use crate::runtime::run::with;
use crate::runtime::sight;

/// The number of the execution under way, which no other has; `None` outside of a model.
pub fn execution() -> Option<u64> {
    with(|engine| engine.number)
}

/// How many steps the current thread has made; 0 outside of a model.
pub fn steps() -> usize {
    with(|engine| engine.cursor[engine.current]).unwrap_or(0)
}

/// Calls `f`, whose accesses to memory are not the program's. `f` must make no step of the program.
pub fn unseen<R>(f: impl FnOnce() -> R) -> R {
    sight::closed(f)
}
