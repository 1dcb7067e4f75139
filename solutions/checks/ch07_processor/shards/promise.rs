//! Holds what the reader says of a promise against what the executions of a small program show.

use super::super::sync;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Something that may always be so, or not.
pub struct Promise {
    pub claim: &'static str,
    /// Runs once, and tells whether it was so.
    pub run: fn(bool) -> bool,
    pub why: &'static str,
}

/// Fails unless `answer` is right, with an execution or with the reason.
pub fn judge(promise: &'static Promise, answer: bool) {
    let Promise { claim, run, why } = promise;
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
        (None, false) => panic!(
            "you say that it is not always so that {claim}, and in every execution it is.\n  {why}"
        ),
        (Some(turned), true) => sync::model(move || {
            assert!(run(turned), "you say that {claim}, and here it is not so.\n  {why}");
        }),
        _ => {}
    }
}
