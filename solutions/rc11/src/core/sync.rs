//! Synchronises-with and happens-before, as clocks.
//!
//! From *Repairing Sequential Consistency in C/C++11* (Lahav, Vafeiadis, Kang, Hur, Dreyer, PLDI 2017), with the release
//! sequence of C++20 (P0982R1):
//!
//! ```text
//! rs ≜ [W⊒rlx] ; (rf ; rmw)*
//! sw ≜ [E⊒rel] ; ([F] ; po)? ; rs ; rf ; [R⊒rlx] ; (po ; [F])? ; [E⊒acq]
//! hb ≜ (po ∪ sw)⁺
//! ```
//!
//! A write carries a *message*: what an acquiring reader learns. It is the clock of the write if that is a release, else
//! the clock of the last release fence before it; the write of a read-modify-write adds the message of what it read, and
//! so goes on with that release sequence. A plain store of the same thread does not (it did before C++20).

use super::clock::Clock;
use super::event::{Event, EventId, Kind, acquires, releases};
use super::graph::Graph;

impl Graph {
    /// Computes the clocks of the last event of `id`'s thread from the events before it.
    pub fn set_clocks(&mut self, id: EventId) {
        let mut event = *self.event(id);
        let before = (id.index() > 0).then(|| EventId::new(id.thread(), id.index() - 1));
        let before = before.map(|id| self.event(id));
        let mut clocks = Clocks::after(before);
        clocks.hb.add(id);
        clocks.porf.add(id);
        match event.kind {
            Kind::Read if !event.rf.is_init() => {
                let source = self.event(event.rf);
                clocks.porf.join(&source.porf);
                if !event.request.op.role.is_hidden() {
                    clocks.acquirable.join(&source.message);
                }
                if acquires(event.order) {
                    clocks.hb.join(&source.message);
                }
            }
            Kind::Write => {
                let all = releases(event.order) || event.request.op.role.is_hidden();
                event.message = if all { clocks.hb } else { clocks.released };
                if event.exclusive {
                    let read = before.expect("the write of a read-modify-write follows its read");
                    event.message.join(&self.message(read.rf));
                }
            }
            Kind::Fence => {
                if acquires(event.order) {
                    clocks.hb.join(&clocks.acquirable);
                }
                if releases(event.order) {
                    clocks.released = clocks.hb;
                }
            }
            Kind::Begin | Kind::Join if !event.rf.is_init() => {
                if event.kind == Kind::Begin {
                    // The fences of a thread that has ended are not those of the next one in its row.
                    clocks.acquirable = Clock::default();
                    clocks.released = Clock::default();
                }
                let source = self.event(event.rf);
                clocks.porf.join(&source.porf);
                clocks.hb.join(&source.hb);
            }
            Kind::Resume => {
                let source = self.event(event.rf);
                clocks.porf.join(&source.porf);
                // Only where interleavings are explored: there, everything is seen in its order.
                if acquires(event.order) {
                    clocks.hb.join(&source.hb);
                }
            }
            _ => {}
        }
        event.hb = clocks.hb;
        event.porf = clocks.porf;
        event.acquirable = clocks.acquirable;
        event.released = clocks.released;
        *self.event_mut(id) = event;
    }

    /// Does `a` happen before `b`, or is it `b`?
    #[inline]
    pub fn hb(&self, a: EventId, b: EventId) -> bool {
        !b.is_init() && self.event(b).hb.has(a)
    }

    /// What happens before the next event of a thread.
    pub fn hb_of_thread(&self, thread: usize) -> Clock {
        self.threads[thread].last().map_or(Clock::default(), |event| event.hb)
    }
}

struct Clocks {
    hb: Clock,
    porf: Clock,
    acquirable: Clock,
    released: Clock,
}

impl Clocks {
    fn after(event: Option<&Event>) -> Self {
        match event {
            None => Self {
                hb: Clock::default(),
                porf: Clock::default(),
                acquirable: Clock::default(),
                released: Clock::default(),
            },
            Some(e) => {
                Self { hb: e.hb, porf: e.porf, acquirable: e.acquirable, released: e.released }
            }
        }
    }
}
