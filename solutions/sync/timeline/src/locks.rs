//! The locks of std: which one it is that a thread locks, or unlocks.

use crate::{Execution, Kind, Step, source};
use std::collections::BTreeMap;

/// Gives each step that locks or unlocks the name of the lock, where the source says it. What unlocks is most often the end of a guard, and has
/// none: it has the one of the step that locked.
pub fn name(execution: &mut Execution) {
    let mut known = BTreeMap::new();
    for step in execution.steps.iter_mut().filter(|step| is_on_lock(step)) {
        let Some(object) = step.object else { continue };
        if let Some(name) = source::variable(step).filter(|_| !step.text.starts_with("unlock(")) {
            known.insert(object, name);
        }
        step.name = step.name.take().or_else(|| known.get(&object).cloned());
    }
}

/// Does it lock, or unlock?
pub fn is_on_lock(step: &Step) -> bool {
    let locks = ["lock(", "try_lock(", "unlock("];
    step.kind == Kind::Other && locks.iter().any(|name| step.text.starts_with(name))
}
