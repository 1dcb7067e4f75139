//! Linearizability: can the results of calls that overlapped be explained by calls that did not?
//!
//! A [`Spec`] says what an object does when it is used by one thread: a state, and what each operation may do to it. A
//! [`History`] is what several threads did to a real object in one execution. The history is *linearizable* if its calls can
//! be put into one order that the specification allows, and in which no call comes before one that happened before it
//! (Herlihy and Wing, *Linearizability: A Correctness Condition for Concurrent Objects*, TOPLAS 1990).
//!
//! # Under RC11
//!
//! Herlihy and Wing order two calls if one returns before the other is made, on a clock that all threads share. In RC11 there
//! is no such clock. Here a call comes before another if all that it did *happens before* the other one begins. So less is
//! ordered, and more is allowed, than on a machine with a clock: two calls on threads that have not synchronised may be
//! explained in either order. An object that gives fewer guarantees than that cannot be told from a broken one by any program
//! without races; one that gives more is not asked for it.
//!
//! # The search
//!
//! [`History::check`] takes one call after the other of those that nothing orders behind another that is left (Wing and Gong,
//! *Testing and Verifying Concurrent Objects*, JPDC 1993), and goes on only once from the same calls taken and the same state (Lowe, *Testing
//! for Linearizability*, 2017). Histories of model checking are short, and the time does not matter.
//!
//! The module is pure: it knows nothing of threads, and other programs may use it.

mod checker;
mod search;
mod spec;
mod table;
mod violation;

pub use checker::Checker;
pub use spec::{Next, Spec};
pub use violation::{PANICS, Violation};

use std::fmt;

/// How a history ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The recording stopped: a call that has not returned may return yet, and may have taken effect or not.
    Open,
    /// Nothing will happen any more: a call that has not returned sleeps for ever. So the specification must let it
    /// ([`Spec::may_sleep`]) after all that has happened.
    Still,
}

/// A call of an operation.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Call<S: Spec> {
    /// The thread that made it.
    pub thread: usize,
    /// What was called.
    pub op: S::Op,
    /// What it returned; `None` if it has not.
    pub ret: Option<S::Ret>,
    /// The calls that happened before it: bit *i* for the one with number *i*.
    pub after: u64,
}

impl<S: Spec> fmt::Debug for Call<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "thread {}: {:?}", self.thread, self.op)?;
        match &self.ret {
            Some(ret) => write!(f, " → {ret:?}"),
            None => f.write_str(", which does not return"),
        }
    }
}

/// The calls of one execution.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct History<S: Spec> {
    calls: Vec<Call<S>>,
}

impl<S: Spec> Default for History<S> {
    fn default() -> Self {
        Self { calls: Vec::new() }
    }
}

impl<S: Spec> fmt::Debug for History<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.calls).finish()
    }
}

impl<S: Spec> History<S> {
    /// The most calls that a history may have.
    pub const MAX_CALLS: usize = 64;

    /// A history without calls.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a call and returns its number. They are told in this order, so let it be one in which they may have been made.
    ///
    /// # Panics
    ///
    /// If there are [`MAX_CALLS`](Self::MAX_CALLS) already.
    pub fn push(&mut self, call: Call<S>) -> usize {
        let number = self.calls.len();
        assert!(number < Self::MAX_CALLS, "a history has at most 64 calls");
        self.calls.push(call);
        number
    }

    /// The calls, by their numbers.
    pub fn calls(&self) -> &[Call<S>] {
        &self.calls
    }

    /// Is the history linearizable, for an object that begins as `initial`?
    ///
    /// # Errors
    ///
    /// If no order of the calls explains it.
    pub fn check(&self, initial: &S, end: End) -> Result<(), Violation<S>> {
        Checker::new().check(self, initial, end)
    }
}
