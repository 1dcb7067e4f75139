//! A place where threads wait for each other.

use crate::core::event::{Op, Request};
use crate::runtime::block::{self, number};
use crate::runtime::object::{Object, Tag, Target};
use crate::runtime::rmw;
use crate::runtime::run::is_inside;
use std::fmt;
use std::panic::Location;
use std::sync::atomic::Ordering::{AcqRel, Acquire};

static ARRIVE: Op = Op { apply: |arrived, _, _| Some(arrived + 1), ..Op::plain("wait", 0, number) };
static LEAVE: Op = Op::plain("go on", 0, number);

/// A place where threads wait for each other, as std's.
pub struct Barrier {
    /// How many threads have arrived so far, in all rounds.
    arrived: Tag,
    threads: u64,
}

/// Is this thread the leader of its round?
pub struct BarrierWaitResult(bool);

impl BarrierWaitResult {
    /// Is it? One thread of each round is.
    pub fn is_leader(&self) -> bool {
        self.0
    }
}

impl fmt::Debug for BarrierWaitResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BarrierWaitResult").field("is_leader", &self.0).finish()
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Barrier { .. }")
    }
}

impl Barrier {
    /// A place for this many threads.
    pub const fn new(threads: usize) -> Self {
        // With none, each is alone.
        let threads = if threads == 0 { 1 } else { threads as u64 };
        Self { arrived: Tag::new(), threads }
    }

    fn object(&self) -> Object<'_> {
        Object::new(&self.arrived, 0)
    }

    /// Waits until all have arrived. What each did before happens before what any does afterwards.
    #[track_caller]
    pub fn wait(&self) -> BarrierWaitResult {
        let at = Location::caller();
        if !is_inside() {
            return BarrierWaitResult(true);
        }
        // AcqRel: the last one to arrive learns from all others; it publishes that to those that wait.
        let (before, _) = rmw::update(self.object(), Request::new(&ARRIVE, at, AcqRel));
        let all = (before / self.threads + 1) * self.threads;
        let is_leader = before + 1 == all;
        if !is_leader {
            // Acquire: pairs with the last one's arrival, and with those before it.
            let request = Request::new(&LEAVE, at, Acquire);
            block::await_value(Target::Object(self.object()), request, |arrived| arrived >= all);
        }
        BarrierWaitResult(is_leader)
    }
}
