//! Execution graphs.

use super::clock::{Clock, MAX_THREADS};
use super::event::{Event, EventId, Kind, Loc, NOWHERE};

/// What a graph knows of a location.
#[derive(Clone, Default, Debug)]
pub struct Place {
    /// The modification order. The first entry is the initial write.
    pub mo: Vec<EventId>,
    /// The atomic reads.
    pub reads: Vec<EventId>,
    /// The non-atomic accesses.
    pub plain: Vec<EventId>,
    /// The initial value.
    pub init: u64,
}

impl Place {
    fn clear(&mut self) {
        self.mo.clear();
        self.mo.push(EventId::INIT);
        self.reads.clear();
        self.plain.clear();
    }

    fn is_unused(&self) -> bool {
        self.mo.len() == 1 && self.reads.is_empty() && self.plain.is_empty()
    }
}

/// An execution graph: the events of each thread in program order, with reads-from (in the events) and the modification
/// order of each location.
#[derive(Clone, Default)]
pub struct Graph {
    pub threads: [Vec<Event>; MAX_THREADS],
    pub places: Vec<Place>,
    /// The stamp of the next event.
    pub next_stamp: u32,
    /// All places before this one are used.
    used: usize,
}

impl Graph {
    #[inline]
    pub fn event(&self, id: EventId) -> &Event {
        &self.threads[id.thread()][id.index()]
    }

    #[inline]
    pub fn event_mut(&mut self, id: EventId) -> &mut Event {
        &mut self.threads[id.thread()][id.index()]
    }

    #[inline]
    pub fn has(&self, id: EventId) -> bool {
        id.is_init() || id.index() < self.threads[id.thread()].len()
    }

    pub fn len(&self) -> usize {
        self.threads.iter().map(Vec::len).sum()
    }

    /// All events, thread by thread.
    pub fn ids(&self) -> impl Iterator<Item = EventId> + '_ {
        self.threads
            .iter()
            .enumerate()
            .flat_map(|(t, events)| (0..events.len()).map(move |i| EventId::new(t, i)))
    }

    /// The place of a write in its modification order.
    #[inline]
    pub fn pos(&self, write: EventId) -> usize {
        if write.is_init() { 0 } else { usize::from(self.event(write).pos) }
    }

    /// The value that a reader of `write` reads.
    #[inline]
    pub fn value(&self, loc: Loc, write: EventId) -> u64 {
        if write.is_init() { self.places[usize::from(loc)].init } else { self.event(write).value }
    }

    /// What an acquiring reader of `write` learns.
    #[inline]
    pub fn message(&self, write: EventId) -> Clock {
        if write.is_init() { Clock::default() } else { self.event(write).message }
    }

    /// Did a read, when it was added or last changed, read a write that was not the newest then?
    pub fn was_stale(&self, read: EventId) -> bool {
        let event = self.event(read);
        if event.kind != Kind::Read {
            return false;
        }
        let stamp = |id: EventId| if id.is_init() { 0 } else { self.event(id).stamp };
        let then = event.stamp.max(stamp(event.rf));
        let newer = &self.places[usize::from(event.loc)].mo[self.pos(event.rf) + 1..];
        let origin = self.origin(event.loc, event.rf);
        newer.iter().any(|&w| stamp(w) < then && self.origin(event.loc, w) != origin)
    }

    /// A location that no event uses.
    pub fn new_place(&mut self) -> Loc {
        let unused = self.places[self.used..].iter().position(Place::is_unused);
        let index = unused.map(|index| index + self.used).unwrap_or_else(|| {
            let mut place = Place::default();
            place.clear();
            self.places.push(place);
            self.places.len() - 1
        });
        self.used = index;
        index as Loc
    }

    /// Adds an event at the end of its thread. Writes must still be put into the modification order.
    pub fn push(&mut self, thread: usize, mut event: Event) -> EventId {
        let id = EventId::new(thread, self.threads[thread].len());
        event.stamp = self.next_stamp;
        self.next_stamp += 1;
        if event.loc != NOWHERE {
            let place = &mut self.places[usize::from(event.loc)];
            match event.kind {
                Kind::Read => place.reads.push(id),
                Kind::PlainRead | Kind::PlainWrite => place.plain.push(id),
                _ => {}
            }
        }
        self.threads[thread].push(event);
        id
    }

    /// Puts a write into the modification order at `pos`.
    pub fn insert(&mut self, write: EventId, pos: usize) {
        let loc = usize::from(self.event(write).loc);
        self.places[loc].mo.insert(pos, write);
        self.renumber(loc, pos);
    }

    /// Takes a write out of the modification order.
    pub fn take_out(&mut self, write: EventId) {
        let (loc, pos) = (usize::from(self.event(write).loc), self.pos(write));
        self.places[loc].mo.remove(pos);
        self.renumber(loc, pos);
    }

    fn renumber(&mut self, loc: usize, from: usize) {
        for pos in from.max(1)..self.places[loc].mo.len() {
            let write = self.places[loc].mo[pos];
            self.event_mut(write).pos = pos as u16;
        }
    }

    /// How many events of a thread are among the first `stamp` or in `keep`.
    pub fn kept(&self, thread: usize, stamp: u32, keep: &Clock) -> usize {
        let events = &self.threads[thread];
        let mut len = events.len();
        while len > keep.get(thread) && events[len - 1].stamp > stamp {
            len -= 1;
        }
        len
    }

    /// Removes every event that is neither among the first `stamp` nor in `keep`.
    pub fn restrict(&mut self, stamp: u32, keep: &Clock) {
        for thread in 0..self.threads.len() {
            let kept = self.kept(thread, stamp, keep);
            self.threads[thread].truncate(kept);
        }
        for loc in 0..self.places.len() {
            let mut place = std::mem::take(&mut self.places[loc]);
            place.mo.retain(|id| self.has(*id));
            place.reads.retain(|id| self.has(*id));
            place.plain.retain(|id| self.has(*id));
            self.places[loc] = place;
            self.renumber(loc, 1);
        }
        self.used = 0;
        while self.places.last().is_some_and(Place::is_unused) {
            self.places.pop();
        }
    }

    pub fn copy_from(&mut self, other: &Graph) {
        for (mine, theirs) in self.threads.iter_mut().zip(&other.threads) {
            mine.clone_from(theirs);
        }
        self.places.truncate(other.places.len());
        let have = self.places.len();
        for (mine, theirs) in self.places.iter_mut().zip(&other.places) {
            mine.mo.clone_from(&theirs.mo);
            mine.reads.clone_from(&theirs.reads);
            mine.plain.clone_from(&theirs.plain);
            mine.init = theirs.init;
        }
        self.places.extend(other.places[have..].iter().cloned());
        self.next_stamp = other.next_stamp;
        self.used = 0;
    }
}
