//! Holds what the reader says of a promise against what the executions of a small program show.

use super::super::sync;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Something that may always be so, or not.
pub struct Promise {
    pub claim: &'static str,
    /// Does every counter of this kind keep it? One that looks again until nothing changes keeps more than others.
    pub is_general: bool,
    /// Runs once, and tells whether it was so.
    pub run: fn(bool) -> bool,
    pub why: &'static str,
}

/// Fails unless `answer` is right, with an execution or with the reason. No promise that this counter happens to keep is refused: the
/// question is about any counter, and the executions are of this one.
pub fn judge(promise: &'static Promise, answer: bool) {
    let Promise { claim, is_general, run, why } = promise;
    let broken = [false, true].into_iter().find(|&turned| {
        let seen = Arc::new(AtomicBool::new(false));
        let sink = seen.clone();
        sync::model(move || {
            if !run(turned) {
                sink.store(true, Relaxed);
            }
        });
        seen.load(Relaxed)
    });
    match (broken, answer) {
        (None, false) if *is_general => panic!(
            "you say that it is not always so that {claim}, but in every execution it is.\n  {why}"
        ),
        (Some(turned), true) => sync::model(move || {
            assert!(run(turned), "you say that {claim}, but here it is not so.\n  {why}");
        }),
        _ => {}
    }
}
