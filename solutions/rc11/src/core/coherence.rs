//! The axioms of coherence and atomicity.
//!
//! Coherence is that `hb ; eco?` is irreflexive, where `eco ≜ (rf ∪ mo ∪ rb)⁺` and `rb ≜ rf⁻¹ ; mo` (RC11, PLDI 2017).
//! The engine only ever adds or changes an event *e* that has no successor in hb. A new cycle then runs through *e*: it
//! leaves *e* by eco, to an event that happens before *e*. If *e* is the read of a write *w*, eco leads from *e* to the
//! writes after *w* in mo and to their readers. If *e* is a write, it leads to what is after *e* in mo, and to the readers
//! of that. In both cases the places in mo that are allowed are those from some lower bound on:
//!
//! ```text
//! bound(e) = the last write in mo that happens before e, or that a read which happens before e reads from.
//! ```
//!
//! Atomicity is that a read-modify-write reads what is directly before its write in mo: `rmw ∩ (rb ; mo) = ∅`.

use super::clock::{Clock, MAX_THREADS};
use super::event::{EventId, Loc};
use super::graph::Graph;

impl Graph {
    /// The first place in mo that a read may read from, or after which a write may be put, by a thread that knows `hb`.
    pub fn bound(&self, loc: Loc, hb: &Clock) -> usize {
        let place = &self.places[usize::from(loc)];
        let known = |id: &EventId| hb.has(*id);
        let mut bound = place.mo.iter().rposition(known).unwrap_or(0);
        // Of each thread the last one that is known: the reads before it read nothing newer.
        let mut done = [false; MAX_THREADS];
        for read in place.reads.iter().rev() {
            if bound + 1 == place.mo.len() {
                break;
            }
            if !done[read.thread()] && hb.has(*read) {
                done[read.thread()] = true;
                bound = bound.max(self.pos(self.event(*read).rf));
            }
        }
        bound
    }

    /// Does a read-modify-write come directly after place `pos` in mo?
    pub fn is_taken(&self, loc: Loc, pos: usize) -> bool {
        let next = self.places[usize::from(loc)].mo.get(pos + 1);
        next.is_some_and(|next| self.event(*next).exclusive)
    }

    /// The places in mo after which `write`, which is not in mo, may be put.
    pub fn slots(&self, write: EventId, out: &mut Vec<u16>) {
        let event = self.event(write);
        let loc = event.loc;
        out.clear();
        if event.exclusive {
            let read = EventId::new(write.thread(), write.index() - 1);
            let pos = self.pos(self.event(read).rf);
            if !self.is_taken(loc, pos) {
                out.push(pos as u16);
            }
            return;
        }
        let first = self.bound(loc, &event.hb);
        let last = self.places[usize::from(loc)].mo.len() - 1;
        out.extend(
            (first..=last).rev().filter(|&pos| !self.is_taken(loc, pos)).map(|pos| pos as u16),
        );
    }

    /// May the read `id`, which knows what its `hb` says, read what it reads?
    pub fn reads_coherently(&self, id: EventId) -> bool {
        let event = self.event(id);
        let before = match id.index() {
            0 => Clock::default(),
            index => self.event(EventId::new(id.thread(), index - 1)).hb,
        };
        self.bound(event.loc, &before) <= self.pos(event.rf)
    }
}
