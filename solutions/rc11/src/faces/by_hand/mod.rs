//! An execution that somebody else grows, one operation at a time: who goes on is their choice, and so is what a read reads.
//!
//! Of every choice it says whether the axioms allow it, and which one does not. An operation comes after all that it reads from, so
//! no order of choices makes a value out of thin air. No program runs here.

use crate::core::axioms::Axioms;
use crate::core::event::{Event, EventId, Kind, NOWHERE};
use crate::core::graph::{Graph, Place};

mod operation;

pub use operation::{Action, Axiom, Done, Name, Operation, Shape, Written};

/// An execution so far.
#[derive(Clone, Default)]
pub struct Growing {
    graph: Graph,
    /// For each thread and event, how many operations the thread had done before it: a read-modify-write has two events.
    names: Vec<Vec<usize>>,
}

impl std::fmt::Debug for Growing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Growing").field("names", &self.names).finish_non_exhaustive()
    }
}

impl Growing {
    /// Nothing has been done by so many threads; the locations have these values, which every thread knows.
    ///
    /// # Panics
    ///
    /// Panics if there are more than [`MAX_THREADS`](crate::MAX_THREADS) threads.
    pub fn new(threads: usize, values: &[u64]) -> Self {
        assert!(threads <= crate::MAX_THREADS, "a graph has no room for {threads} threads");
        let mut graph = Graph::default();
        for (index, value) in values.iter().enumerate() {
            // A place is taken to be unused until an event is there, so each is made by hand.
            graph.places.push(Default::default());
            graph.places[index].mo.push(EventId::INIT);
            graph.places[index].init = *value;
        }
        Self { graph, names: vec![Vec::new(); threads] }
    }

    /// The writes of a location, in modification order.
    pub fn writes(&self, location: usize) -> Vec<Written> {
        let place = &self.graph.places[location];
        let written = |id: &EventId| Written {
            by: (!id.is_init()).then(|| self.name(*id)),
            value: self.graph.value(location as u16, *id),
        };
        place.mo.iter().map(written).collect()
    }

    /// Which execution of its program this is, in whatever order it was grown.
    pub fn shape(&self) -> Shape {
        let threads = 0..self.names.len();
        let by = |id: EventId| (!id.is_init()).then(|| self.name(id));
        let reads = |thread: usize| {
            let events = self.graph.threads[thread].iter();
            events.filter(|event| event.kind == Kind::Read).map(|event| by(event.rf)).collect()
        };
        let order = |place: &Place| place.mo.iter().map(|id| by(*id)).collect();
        Shape {
            done: threads.clone().map(|thread| self.done(thread)).collect(),
            reads: threads.map(reads).collect(),
            orders: self.graph.places.iter().map(order).collect(),
        }
    }

    /// How many operations a thread has done.
    pub fn done(&self, thread: usize) -> usize {
        self.names[thread].last().map_or(0, |last| last + 1)
    }

    /// What the axioms say of each place in the modification order: that the operation reads the write that is there, or if it only
    /// writes, that its write comes directly after it. Fences and non-atomic accesses have no choice: for them there is one place.
    pub fn places(&self, thread: usize, operation: &Operation) -> Vec<Result<(), Axiom>> {
        let places = match operation.action {
            Action::Fence | Action::Read | Action::Write(_) => 1,
            _ => self.graph.places[operation.location].mo.len(),
        };
        (0..places).map(|place| self.clone().grow(thread, operation, place).map(|_| ())).collect()
    }

    /// Does the operation at this place; see [`places`](Self::places).
    ///
    /// # Errors
    ///
    /// The axiom that forbids the place. The execution has then no meaning any more.
    ///
    /// # Panics
    ///
    /// Panics if there is no such thread, location or place.
    pub fn grow(
        &mut self,
        thread: usize,
        operation: &Operation,
        place: usize,
    ) -> Result<Done, Axiom> {
        let done = match operation.action {
            Action::Fence => {
                self.push(thread, Kind::Fence, operation, 0);
                Done { read: None, written: None, race: None }
            }
            Action::Read => self.plain(thread, operation, None),
            Action::Write(value) => self.plain(thread, operation, Some(value)),
            Action::Store(value) => {
                self.coherent(thread, operation.location, place)?;
                let id = self.write(thread, operation, value, place)?;
                Done { read: None, written: Some(value), race: self.race(id) }
            }
            _ => self.read(thread, operation, place)?,
        };
        Ok(done)
    }

    fn read(&mut self, thread: usize, operation: &Operation, place: usize) -> Result<Done, Axiom> {
        self.coherent(thread, operation.location, place)?;
        let id = self.push(thread, Kind::Read, operation, 0);
        let rf = self.graph.places[operation.location].mo[place];
        self.graph.set_read(id, rf, 0);
        let event = *self.graph.event(id);
        let written = event.new_value(event.value);
        if written.is_some() {
            self.free(operation.location, place)?;
        }
        self.graph.set_clocks(id);
        self.ordered(id)?;
        let mut race = self.race(id);
        if let Some(value) = written {
            let write = self.write(thread, operation, value, place)?;
            race = race.or(self.race(write));
        }
        Ok(Done { read: Some(event.value), written, race })
    }

    fn write(
        &mut self,
        thread: usize,
        operation: &Operation,
        value: u64,
        place: usize,
    ) -> Result<EventId, Axiom> {
        self.free(operation.location, place)?;
        let is_update = !matches!(operation.action, Action::Store(_));
        let id = self.push(thread, Kind::Write, operation, value);
        self.graph.event_mut(id).exclusive = is_update;
        self.graph.set_clocks(id);
        self.graph.insert(id, place + 1);
        self.ordered(id)?;
        Ok(id)
    }

    /// A non-atomic access. If it races with nothing, only the last write can be meant.
    fn plain(&mut self, thread: usize, operation: &Operation, value: Option<u64>) -> Done {
        let kind = if value.is_some() { Kind::PlainWrite } else { Kind::PlainRead };
        let id = self.push(thread, kind, operation, value.unwrap_or(0));
        let last = self.graph.places[operation.location].mo.len() - 1;
        if value.is_some() {
            self.graph.insert(id, last + 1);
        } else {
            let rf = self.graph.places[operation.location].mo[last];
            self.graph.event_mut(id).rf = rf;
            self.graph.event_mut(id).value = self.graph.value(operation.location as u16, rf);
        }
        self.graph.set_clocks(id);
        let read = value.is_none().then(|| self.graph.event(id).value);
        Done { read, written: value, race: self.race(id) }
    }

    fn push(&mut self, thread: usize, kind: Kind, operation: &Operation, value: u64) -> EventId {
        let request = operation.request();
        // The write of a read-modify-write follows its read and is the same operation.
        let is_second_half = kind == Kind::Write && request.op.updates;
        let index = if is_second_half { self.done(thread) - 1 } else { self.done(thread) };
        self.names[thread].push(index);
        let event = Event {
            kind,
            order: request.order,
            exclusive: false,
            dropped: false,
            pick: 0,
            loc: if kind == Kind::Fence { NOWHERE } else { operation.location as u16 },
            pos: 0,
            repeated: (0, 0),
            stamp: 0,
            rf: EventId::INIT,
            value,
            hb: Default::default(),
            porf: Default::default(),
            acquirable: Default::default(),
            released: Default::default(),
            message: Default::default(),
            request,
        };
        let id = self.graph.push(thread, event);
        if kind == Kind::Fence {
            self.graph.set_clocks(id);
        }
        id
    }

    /// Does coherence let the next operation of `thread` read from, or write directly after, this place?
    fn coherent(&self, thread: usize, location: usize, place: usize) -> Result<(), Axiom> {
        let hb = self.graph.hb_of_thread(thread);
        let Some(bound) = Some(self.graph.bound(location as u16, &hb)).filter(|at| *at > place)
        else {
            return Ok(());
        };
        let here = &self.graph.places[location];
        let write = here.mo[bound];
        if hb.has(write) {
            return Err(Axiom::Overwritten(self.name(write)));
        }
        let mut reads = here.reads.iter().filter(|read| hb.has(**read));
        let read = reads.find(|read| self.graph.event(**read).rf == write);
        Err(Axiom::Seen(self.name(*read.expect("a bound is known by a write or by a read"))))
    }

    fn free(&self, location: usize, place: usize) -> Result<(), Axiom> {
        if self.graph.is_taken(location as u16, place) {
            return Err(Axiom::Taken(self.name(self.graph.places[location].mo[place + 1])));
        }
        Ok(())
    }

    fn ordered(&self, id: EventId) -> Result<(), Axiom> {
        Axioms::default().hold(&self.graph, &[id]).then_some(()).ok_or(Axiom::SeqCst)
    }

    fn race(&self, id: EventId) -> Option<Name> {
        self.graph.race_with(id).map(|other| self.name(other))
    }

    fn name(&self, id: EventId) -> Name {
        (id.thread(), self.names[id.thread()][id.index()])
    }
}
