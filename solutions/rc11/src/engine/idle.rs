//! Read-modify-writes that write what they read.
//!
//! `lock.swap(true, Acquire)` of a locked lock changes nothing. If the operation does not release, and no release fence is
//! before it in its thread, its write carries exactly the message of what it read, so nobody can tell whether they read
//! the one or the other. Its write is left out of the graph and the operation explored as a read. This is exact:
//!
//! - From an execution with the write *u*, which reads *w*, take the write away and let its readers read *w*: they read the
//!   same value and learn the same. Nothing else changes.
//! - Into an execution without the write, put it back directly after *w* in mo. A read-modify-write *u'* of *w* then reads
//!   *u* instead, and so does every read of *w* that *u* happens before. Coherence of the read is coherence of *u*. The one
//!   thing that can go wrong is that *u'* is in the (po ∪ rf)-prefix of *u*. [`Graph::allows_read`] forbids that.
//!
//! An operation that releases gives its readers more than *w* does; there the write is only left out in the turn of a spin
//! loop that repeats the one before: the thread does not go on from there, so nobody misses it. See `spin`.

use super::event::{EventId, Kind, Loc};
use super::graph::Graph;

impl Graph {
    /// Leaves out the write of the read-modify-write whose read is `id`.
    pub fn drop_write(&mut self, id: EventId) {
        let event = self.event_mut(id);
        event.exclusive = false;
        event.dropped = true;
        event.order = event.request.order;
    }

    /// What coherence does not say about a read: could the write that was left out be put back, and has a wait on a futex
    /// seen all that earlier wake-ups knew of?
    pub fn allows_read(&self, id: EventId) -> bool {
        let event = self.event(id);
        if event.dropped {
            let mo = &self.places[usize::from(event.loc)].mo;
            let next = mo.get(self.pos(event.rf) + 1);
            return next.is_none_or(|&u| !(self.event(u).exclusive && event.porf.has(u)));
        }
        if event.request.op.hidden && event.request.b == ENQUEUE {
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

/// The second operand of the operation that puts a thread to sleep.
pub const ENQUEUE: u64 = 1;
