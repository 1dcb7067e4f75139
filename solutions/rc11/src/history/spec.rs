//! What an object does when one thread uses it.

use std::fmt::Debug;
use std::hash::Hash;

/// A sequential specification: the state of an object, and what each operation may do to it.
///
/// ```
/// use rc11::history::{Next, Spec};
///
/// /// A register.
/// #[derive(Clone, PartialEq, Eq, Hash)]
/// struct Register(u32);
///
/// #[derive(Clone, Debug, PartialEq, Eq, Hash)]
/// enum Op {
///     Read,
///     Write(u32),
///     /// Sleeps while the register is 0.
///     WaitUntilNotZero,
/// }
///
/// impl Spec for Register {
///     type Op = Op;
///     type Ret = Option<u32>;
///
///     fn next(&self, op: &Op) -> Vec<Next<Self>> {
///         match op {
///             Op::Read => Next::returns(Some(self.0), self.clone()),
///             Op::Write(value) => Next::returns(None, Self(*value)),
///             Op::WaitUntilNotZero if self.0 == 0 => Next::waits(),
///             Op::WaitUntilNotZero => Next::returns(None, self.clone()),
///         }
///     }
/// }
/// ```
pub trait Spec: Clone + Eq + Hash {
    /// An operation with its arguments.
    type Op: Clone + Eq + Hash + Debug;
    /// What an operation returns: all that its caller can tell.
    type Ret: Clone + Eq + Hash + Debug;

    /// What `op` may do in this state, each possibility once. None: it has to wait.
    ///
    /// It is also asked in states in which no program makes the call: then there is no possibility either.
    fn next(&self, op: &Self::Op) -> Vec<Next<Self>>;

    /// May `op` sleep for ever in this state, if nothing more happens? Where it has to wait it may. Another answer is for what
    /// may go on, and need not: a wait on a condition variable may return for no reason.
    fn may_sleep(&self, op: &Self::Op) -> bool {
        self.next(op).is_empty()
    }
}

/// One thing that an operation may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next<S: Spec> {
    /// It returns this, and leaves this state.
    Returns(S::Ret, S),
    /// It has done a part, and what is left to it is this operation. A wait on a condition variable unlocks, and is then a
    /// wait for a wake-up, and then for the mutex; others may do something in between.
    GoesOn(S::Op, S),
}

impl<S: Spec> Next<S> {
    /// One possibility: to return.
    pub fn returns(ret: S::Ret, state: S) -> Vec<Self> {
        vec![Self::Returns(ret, state)]
    }

    /// One possibility: to go on as `op`.
    pub fn goes_on(op: S::Op, state: S) -> Vec<Self> {
        vec![Self::GoesOn(op, state)]
    }

    /// No possibility: the operation waits.
    pub fn waits() -> Vec<Self> {
        Vec::new()
    }
}
