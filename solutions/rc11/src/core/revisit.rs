//! What a read does, and whether it may be revisited.

use super::clock::Clock;
use super::event::{Event, EventId, Kind, Request};
use super::graph::Graph;

impl Graph {
    /// Lets the read `id` read from `rf`, and works out what it then does.
    pub fn set_read(&mut self, id: EventId, rf: EventId, pick: u8) {
        let old = self.value(self.event(id).loc, rf);
        let event = self.event_mut(id);
        event.rf = rf;
        event.pick = pick;
        event.dropped = false;
        event.value = old;
        event.exclusive = event.new_value(old).is_some();
        event.order = if event.exclusive { event.request.order } else { event.request.failure };
    }

    /// Would the read-modify-write whose read is `id` write if it read from `rf`?
    pub fn lets_go_on(&self, id: EventId, rf: EventId) -> bool {
        let event = self.event(id);
        event.new_value(self.value(event.loc, rf)).is_some()
    }

    /// In how many ways the read `id` may go on if it reads from `rf`.
    pub fn picks(&self, id: EventId, rf: EventId, spurious: usize) -> u8 {
        let event = self.event(id);
        let old = self.value(event.loc, rf);
        if let Some(picks) = event.request.op.picks {
            return picks(old).max(1);
        }
        let succeeds = || (event.request.op.apply)(old, event.request.a, event.request.b).is_some();
        if event.request.weak && !event.request.fails && succeeds() {
            let before = self.threads[id.thread()][..id.index()].iter().rev();
            // Those of this thread: the row may have had others.
            let before = before.take_while(|e| e.kind != Kind::Begin);
            let failures = before.filter(|e| e.request.weak && e.kind == Kind::Read && e.pick == 1);
            return if failures.count() < spurious { 2 } else { 1 };
        }
        1
    }

    /// The reads of the location of `write` that are not in its prefix, in the order in which they were added.
    pub fn reads_unknown_to(&self, write: &Event, out: &mut Vec<EventId>) {
        out.clear();
        let reads = &self.places[usize::from(write.loc)].reads;
        let unknown = self.threads.iter().enumerate().map(|(thread, events)| {
            let known = write.porf.get(thread).min(events.len());
            (thread, known..events.len())
        });
        // Whichever is less to look at.
        if unknown.clone().map(|(_, range)| range.len()).sum::<usize>() >= reads.len() {
            out.extend(reads.iter().copied().filter(|read| !write.porf.has(*read)));
            return;
        }
        for (thread, range) in unknown {
            let here = range.map(|index| EventId::new(thread, index));
            out.extend(here.filter(|id| {
                let event = self.event(*id);
                event.kind == Kind::Read && event.loc == write.loc
            }));
        }
        out.sort_unstable_by_key(|read| self.event(*read).stamp);
    }

    /// May `read` be revisited by `write`, which is the last event? True if all that would be taken away, and `read`, was
    /// added maximally.
    pub fn may_revisit(&self, read: EventId, write: EventId) -> bool {
        let stamp = self.event(read).stamp;
        let keep = &self.event(write).porf;
        self.threads.iter().enumerate().all(|(thread, events)| {
            let kept = keep.get(thread);
            let taken = events.iter().enumerate().rev();
            taken
                .take_while(|(index, event)| *index >= kept && event.stamp >= stamp)
                .all(|(index, _)| self.is_maximal(EventId::new(thread, index), write, keep))
        })
    }

    /// Was `id` added maximally with regard to the events before it and the prefix of `write`?
    fn is_maximal(&self, id: EventId, write: EventId, keep: &Clock) -> bool {
        let event = self.event(id);
        let previous = |other: EventId| {
            other.is_init() || keep.has(other) || self.event(other).stamp < event.stamp
        };
        let seen = match event.kind {
            Kind::Read if event.pick != 0 => return false,
            Kind::Read => event.rf,
            Kind::Write => id,
            Kind::Choice => return event.value == 0,
            _ => return true,
        };
        let place = &self.places[usize::from(event.loc)];
        let newest = place.mo[self.pos(seen) + 1..].iter().all(|&w| w == write || !previous(w));
        if event.kind == Kind::Read {
            return newest && previous(seen);
        }
        newest && !place.reads.iter().any(|&r| self.event(r).rf == id && previous(r))
    }
}

impl Event {
    /// The value that a read-modify-write leaves where it found `old`, if it writes.
    pub fn new_value(&self, old: u64) -> Option<u64> {
        let Request { op, a, b, weak, fails, .. } = self.request;
        match op.picks {
            Some(_) => (op.apply)(old, a, u64::from(self.pick)),
            None if fails || weak && self.pick == 1 => None,
            None => (op.apply)(old, a, b),
        }
    }

    /// Has it failed although it found what it expected?
    pub fn has_failed_for_no_reason(&self) -> bool {
        let Request { op, a, b, weak, fails, .. } = self.request;
        weak && (self.pick == 1 || fails && (op.apply)(self.value, a, b).is_some())
    }
}
