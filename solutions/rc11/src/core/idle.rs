//! Read-modify-writes of waiting loops that write what they read.
//!
//! `while lock.swap(true, Acquire) { spin_loop() }` writes in every turn, so every turn would give the others something new to
//! read, without end. The write of a turn that repeats the one before is left out of the graph: the thread then is stuck, and
//! goes on only in executions in which its read reads something else.
//!
//! No execution is missed by that. From one with the write *u* of such a turn, which reads *w*, take the whole turn away, and
//! let the readers of *u* read *w*: they read the same value, and may know less, so the axioms still hold and there are at
//! least the same races. If a bounded loop ends after such a turn, the write is put into the graph after all.
//!
//! It is tempting to leave out every write of this kind, and to explore `swap` of a locked lock as a load. That is wrong: a load
//! may read what another read-modify-write has already read, and two such loads can each come before the write of the other,
//! which for read-modify-writes would be a cycle in po ∪ rf.

use super::event::{EventId, Kind, Loc, Role};
use super::graph::Graph;

impl Graph {
    /// Leaves out the write of the read-modify-write whose read is `id`.
    pub fn drop_write(&mut self, id: EventId) {
        let event = self.event_mut(id);
        event.exclusive = false;
        event.dropped = true;
        event.order = event.request.order;
    }

    /// What coherence does not say about a read: could the write of a read-modify-write that is left out, or not made yet, be
    /// put after what was read, and has a wait on a futex seen all that earlier wake-ups knew of?
    pub fn allows_read(&self, id: EventId) -> bool {
        let event = self.event(id);
        if event.dropped || event.exclusive {
            let mo = &self.places[usize::from(event.loc)].mo;
            let next = mo.get(self.pos(event.rf) + 1);
            // The write of `id` would have to come before `u`, which would read from it, and which led to it.
            if next.is_some_and(|&u| self.event(u).exclusive && event.porf.has(u)) {
                return false;
            }
        }
        if event.request.op.role == Role::LookAndEnter {
            let read = self.event(EventId::new(id.thread(), id.index() - 1));
            let mut known = self.message(event.rf);
            known.join(&self.threads[id.thread()][id.index()].hb);
            return self.bound(read.loc, &known) <= self.pos(read.rf);
        }
        true
    }

    /// The write that `write` repeats: itself, unless it is of a read-modify-write that wrote what it read.
    pub fn origin(&self, loc: Loc, mut write: EventId) -> EventId {
        while !write.is_init()
            && self.event(write).exclusive
            && self.event(write).kind == Kind::Write
        {
            let read = self.event(EventId::new(write.thread(), write.index() - 1));
            if self.value(loc, read.rf) != self.event(write).value {
                break;
            }
            write = read.rf;
        }
        write
    }
}
