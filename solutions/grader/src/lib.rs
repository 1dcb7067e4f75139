//! Runs the checks of an exercise and tells the verdict.
//!
//! # Checks
//!
//! `solutions/checks/<chapter>/<exercise>.rs` has a `pub const CHECKS: &[Check]`. It is compiled over the model checker
//! (`sync-model`) and over real threads (`sync-std`), once for every subject: the reader's file, the reference, each
//! known-wrong and known-right variant. See [`Check`] for where each kind runs.
//!
//! # Processes
//!
//! Every check runs in a child process with a time limit ([`child`]). Whatever the code under test does, a deadlock, a
//! `loop {}`, a stack overflow, a segmentation fault or an `abort()`, ends that check and no other.
//!
//! # States
//!
//! An exercise is *to do* while its file has a `todo!()`, and *failing* or *passing* afterwards.

mod audit;
mod board;
pub mod child;
mod options;
mod reader;
mod reference;
mod report;
mod variants;
mod verdict;

pub use impls::impls;
pub use reader::{grade, grade_from};
pub use reference::verify;
pub use variants::judge;
pub use verdict::{Outcome, Verdict};

/// Where a check runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Once, over the real types: what the compiler knows.
    Fact,
    /// In every execution of the model; if that passes, also over real threads, many times.
    Model,
    /// In every execution of the model only: it asks for the counters, which only a model has.
    Counted,
}

/// One thing that an exercise must do.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// A sentence: `second_lock_waits_until_unlock`.
    pub name: &'static str,
    /// Where it runs.
    pub kind: Kind,
    /// Panics, or fails its model, if the subject does not do it.
    pub run: fn(),
}

impl Check {
    /// What the compiler knows: traits and sizes.
    pub const fn fact(name: &'static str, run: fn()) -> Self {
        Self { name, kind: Kind::Fact, run }
    }

    /// A closure for `sync::model`, explored and then tried with real threads.
    pub const fn model(name: &'static str, run: fn()) -> Self {
        Self { name, kind: Kind::Model, run }
    }

    /// A model that counts operations.
    pub const fn counted(name: &'static str, run: fn()) -> Self {
        Self { name, kind: Kind::Counted, run }
    }
}

/// The check of this name. At compile time, so that no other check is built for a subject that needs only one.
pub const fn named(checks: &[Check], name: &str) -> Option<Check> {
    let mut at = 0;
    while at < checks.len() {
        if is_same(checks[at].name.as_bytes(), name.as_bytes()) {
            return Some(checks[at]);
        }
        at += 1;
    }
    None
}

const fn is_same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// The checks of what had a `todo!()` left when the grader was built. It is *to do*, and nobody runs them, unless the file
/// has been saved since.
pub const TO_DO: &[Check] = &[Check::fact("file_has_not_changed_since_it_was_built", || {
    panic!("the last `todo!()` was replaced while the grader was being built: run it once more")
})];

/// Something that is graded: an exercise in one of its forms.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// The exercise.
    pub id: &'static str,
    /// What test filters see.
    pub name: &'static str,
    /// The file of a variant; otherwise the room has one with the stem of the exercise.
    pub source: Option<&'static str>,
    /// The checks over the model.
    pub model: &'static [Check],
    /// The checks over real threads.
    pub real: &'static [Check],
}

/// Shares a value between threads whether or not its type allows it.
///
/// Models must compile for a type that lacks `Send` or `Sync`, so that the fact that says so is the one that fails, with a
/// reason, instead of the whole crate.
#[derive(Debug)]
pub struct Shared<T>(std::sync::Arc<T>);

// SAFETY: for checks only. Whether `T` may be shared is a fact checked apart; the model watches every access to the data.
unsafe impl<T> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Shared<T> {}

impl<T> Shared<T> {
    /// Puts the value where all threads reach it.
    pub fn new(value: T) -> Self {
        Self(std::sync::Arc::new(value))
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> std::ops::Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
