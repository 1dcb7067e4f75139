//! What is asked for, and what is answered.

use crate::core::event::{Op, Request};
use std::panic::Location;
use std::sync::atomic::Ordering::{self, Relaxed};

/// What an operation does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// An atomic load.
    Load,
    /// An atomic store.
    Store(u64),
    /// An atomic addition, which wraps.
    Add(u64),
    /// An atomic exchange.
    Swap(u64),
    /// A compare-exchange: the value that is expected, the new one, and the ordering if it fails.
    Exchange(u64, u64, Ordering),
    /// A non-atomic read.
    Read,
    /// A non-atomic write.
    Write(u64),
    /// A fence. Its location counts for nothing.
    Fence,
}

/// An operation of a thread.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Operation {
    /// What it does.
    pub action: Action,
    /// To which of the locations.
    pub location: usize,
    /// Its ordering. That of a non-atomic access counts for nothing.
    pub order: Ordering,
}

/// An operation that was done: its thread, and how many of that thread were done before.
pub type Name = (usize, usize);

/// Why an operation cannot have a place in the modification order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Axiom {
    /// Coherence: this write happens before the operation, and is newer than the place.
    Overwritten(Name),
    /// Coherence: this read happens before the operation, and has read a write that is newer than the place.
    Seen(Name),
    /// Atomicity: this read-modify-write has its write directly after the place.
    Taken(Name),
    /// The SC axiom: the `SeqCst` operations and fences would have no order.
    SeqCst,
}

/// What an operation did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Done {
    /// The value that was read.
    pub read: Option<u64>,
    /// The value that was written.
    pub written: Option<u64>,
    /// An operation with which this one is a data race.
    pub race: Option<Name>,
}

/// A write in the modification order of its location.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Written {
    /// Who wrote it; the initial value was written by nobody.
    pub by: Option<Name>,
    /// The value.
    pub value: u64,
}

/// What tells two executions of one program apart: how much has been done, what was read, and the modification orders.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Shape {
    pub(super) done: Vec<usize>,
    pub(super) reads: Vec<Vec<Option<Name>>>,
    pub(super) orders: Vec<Vec<Option<Name>>>,
}

impl Operation {
    /// As the engine knows it.
    pub(super) fn request(&self) -> Request {
        static PLAIN: Op = Op::plain("by hand", 0, |_| String::new());
        static ADD: Op =
            Op { updates: true, apply: |old, a, _| Some(old.wrapping_add(a)), ..PLAIN };
        static SWAP: Op = Op { updates: true, apply: |_, a, _| Some(a), ..PLAIN };
        static EXCHANGE: Op =
            Op { updates: true, apply: |old, a, b| (old == a).then_some(b), ..PLAIN };
        let (op, a, b, failure) = match self.action {
            Action::Add(a) => (&ADD, a, 0, Relaxed),
            Action::Swap(a) => (&SWAP, a, 0, Relaxed),
            Action::Exchange(a, b, failure) => (&EXCHANGE, a, b, failure),
            _ => (&PLAIN, 0, 0, self.order),
        };
        Request { a, b, failure, ..Request::new(op, Location::caller(), self.order) }
    }
}
