//! The search: TruSt.
//!
//! *Truly Stateless, Optimal Dynamic Partial Order Reduction* (Kokologiannakis, Marmanis, Gladstein, Vafeiadis, POPL
//! 2022). An execution graph grows by one event at a time. A new read may read from any write already there, and a new
//! write may have any place in mo: these are the forward choices. A write that is added after a read may also be what the
//! read should have read: then the graph is taken back to the read, but for what led to the write, and the read reads
//! from it. This is a backward revisit.
//!
//! The same graph must not be reached twice. A revisit is therefore only made if everything that it takes away was added
//! *maximally*: each read read the last write, and each write was put last, counting only what was there at the time and
//! what stays. Of all the graphs that differ in what is taken away, exactly one is like that.
//!
//! Forward choices change the last event of a graph, so they share one graph, which is cut back to the event. Backward
//! revisits start a new graph. The depth of revisits bounds the memory.

use super::axioms::{Axioms, Memory};
use super::clock::Clock;
use super::event::{Event, EventId, Kind};
use super::graph::Graph;
use super::trail::Choice;

/// A way to go on that has not been explored.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    pub id: EventId,
    /// The last stamp of the graph to which the change applies.
    pub stamp: u32,
    pub change: Change,
}

/// How to go on.
#[derive(Clone, Copy, Debug)]
pub enum Change {
    /// The read reads from `rf`.
    Read { rf: EventId, pick: u8 },
    /// The write is put directly after this place in mo.
    Slot { after: u16 },
    /// The choice takes this value.
    Choice { value: u64 },
    /// The read is revisited by `write`.
    Revisit { write: EventId },
    /// As `Revisit`, in the graph that this has started, with all that is left to choose.
    Revisited { write: EventId, after: u16, pick: u8 },
}

/// A graph, and what is left to explore from it.
#[derive(Clone, Default)]
pub(super) struct Frame {
    pub graph: Graph,
    pub work: Vec<Item>,
    /// How many graphs it is nested in.
    pub depth: usize,
}

/// The state of the search between two executions.
#[derive(Default)]
pub struct Search {
    /// The graph being explored.
    pub graph: Graph,
    /// What is left to explore from it.
    pub work: Vec<Item>,
    /// The graphs whose exploration was interrupted for a revisit.
    pub(super) frames: Vec<Frame>,
    /// How many there were before any was given away; see [`part`](super::part).
    pub(super) depth: usize,
    spare: Vec<Frame>,
    pub axioms: Axioms,
    /// What was chosen for the next event, where one execution is run again.
    pub chosen: Option<Choice>,
    slots: Vec<u16>,
    reads: Vec<EventId>,
    /// Keep reads in program order from choosing to fail spuriously more often than this.
    pub spurious: usize,
    /// The deepest nesting of revisits so far.
    pub deepest: usize,
}

impl Search {
    /// A search that has not begun.
    pub fn new(memory: Memory, spurious: usize) -> Self {
        let mut search = Self { spurious, ..Self::default() };
        search.axioms.memory = memory;
        search
    }

    /// Makes `graph` the next one to run. False if all has been explored. The event that was changed is returned.
    pub fn next(&mut self) -> Option<EventId> {
        loop {
            let Some(item) = self.work.pop() else {
                let mut parent = self.frames.pop()?;
                std::mem::swap(&mut self.graph, &mut parent.graph);
                std::mem::swap(&mut self.work, &mut parent.work);
                self.depth = parent.depth;
                self.spare.push(parent);
                continue;
            };
            if self.apply(item) {
                return Some(item.id);
            }
        }
    }

    /// What is left to explore: graphs, and the ways to go on from each.
    pub fn left(&self) -> impl Iterator<Item = (&Graph, &[Item])> {
        let frames = self.frames.iter().map(|frame| (&frame.graph, &frame.work[..]));
        frames.chain([(&self.graph, &self.work[..])])
    }

    /// Leaves nothing to explore.
    pub fn forget_work(&mut self) {
        self.work.clear();
        self.spare.append(&mut self.frames);
        self.depth = 0;
    }

    /// Goes on in this way. False if there is no such graph, or several, which are then what is left to explore.
    pub fn apply(&mut self, item: Item) -> bool {
        let Item { id, stamp, change } = item;
        match change {
            Change::Read { rf, pick } => {
                self.graph.restrict(stamp, &Clock::default());
                self.graph.set_read(id, rf, pick);
                self.graph.set_clocks(id);
                self.graph.allows_read(id)
                    && self.axioms.hold(&self.graph, &[id])
                    && !self.takes_from_another(id)
            }
            Change::Slot { after } => {
                self.graph.restrict(stamp, &Clock::default());
                self.graph.take_out(id);
                self.graph.insert(id, usize::from(after) + 1);
                self.axioms.hold(&self.graph, &[id])
            }
            Change::Choice { value } => {
                self.graph.restrict(stamp, &Clock::default());
                self.graph.event_mut(id).value = value;
                true
            }
            Change::Revisit { write } => {
                self.revisit(id, write);
                false
            }
            Change::Revisited { write, after, pick } => {
                self.graph.restrict(stamp, &Clock::default());
                self.graph.take_out(write);
                self.graph.insert(write, usize::from(after) + 1);
                self.graph.set_read(id, write, pick);
                self.graph.set_clocks(id);
                self.graph.reads_coherently(id)
                    && self.graph.allows_read(id)
                    && self.axioms.hold(&self.graph, &[write, id])
            }
        }
    }

    /// Is `id` the read of a read-modify-write, of a write that another one has read? Its write then has no place in mo, but
    /// it may revisit the other one. That needs no execution.
    fn takes_from_another(&mut self, id: EventId) -> bool {
        let read = *self.graph.event(id);
        let taken = read.exclusive && self.graph.is_taken(read.loc, self.graph.pos(read.rf));
        let value = read.new_value(read.value).filter(|new| taken && *new != read.value);
        let Some(value) = value else { return false };
        let write = Event { kind: Kind::Write, value, rf: EventId::INIT, repeated: (0, 0), ..read };
        let write = self.graph.push(id.thread(), write);
        let fits = self.choose_slot(write);
        debug_assert!(!fits, "there is no place after a write that was read");
        true
    }

    /// Starts the graph in which `read` is revisited by `write`.
    fn revisit(&mut self, read: EventId, write: EventId) {
        let mut child = self.spare.pop().unwrap_or_default();
        child.graph.copy_from(&self.graph);
        let keep = child.graph.event(write).porf;
        let stamp = child.graph.event(read).stamp;
        let last = child.graph.event(write).stamp;
        child.graph.restrict(stamp, &keep);
        child.graph.take_out(write);
        child.graph.slots(write, &mut self.slots);
        let end = child.graph.places[usize::from(child.graph.event(write).loc)].mo.len();
        child.graph.insert(write, end);
        child.work.clear();
        for &after in &self.slots {
            for pick in 0..child.graph.picks(read, write, self.spurious) {
                let change = Change::Revisited { write, after, pick };
                child.work.push(Item { id: read, stamp: last, change });
            }
        }
        std::mem::swap(&mut self.graph, &mut child.graph);
        std::mem::swap(&mut self.work, &mut child.work);
        child.depth = self.depth;
        self.frames.push(child);
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
    }

    /// Chooses for a new read, which is the last event, and leaves the other choices for later. False if there is none.
    pub fn choose_read(&mut self, id: EventId, first: usize) -> bool {
        if let Some(choice) = self.chosen.take() {
            return self.read_as_chosen(id, first, choice);
        }
        let event = self.graph.event(id);
        let (loc, stamp) = (event.loc, event.stamp);
        let last = self.graph.places[usize::from(loc)].mo.len() - 1;
        for pos in first..last {
            let rf = self.graph.places[usize::from(loc)].mo[pos];
            if self.graph.event(id).request.op.awaits && !self.graph.lets_go_on(id, rf) {
                // The thread would be stuck, and a read of an old write is not revisited.
                continue;
            }
            for pick in (0..self.graph.picks(id, rf, self.spurious)).rev() {
                self.work.push(Item { id, stamp, change: Change::Read { rf, pick } });
            }
        }
        let rf = self.graph.places[usize::from(loc)].mo[last];
        for pick in (1..self.graph.picks(id, rf, self.spurious)).rev() {
            self.work.push(Item { id, stamp, change: Change::Read { rf, pick } });
        }
        self.graph.set_read(id, rf, 0);
        self.graph.set_clocks(id);
        self.graph.allows_read(id)
    }

    /// Puts a new write, which is the last event, into mo, and leaves the other choices for later. False if it has no
    /// place, which happens to the write of a read-modify-write whose read reads what another one has read.
    pub fn choose_slot(&mut self, id: EventId) -> bool {
        if let Some(choice) = self.chosen.take() {
            return self.put_as_chosen(id, choice);
        }
        self.graph.set_clocks(id);
        let stamp = self.graph.event(id).stamp;
        let loc = self.graph.event(id).loc;
        let mut slots = std::mem::take(&mut self.slots);
        self.graph.slots(id, &mut slots);
        for &after in slots.iter().skip(1) {
            self.work.push(Item { id, stamp, change: Change::Slot { after } });
        }
        // A write without a place may still revisit; until then it is last.
        let end = self.graph.places[usize::from(loc)].mo.len() - 1;
        let first = slots.first().map_or(end, |&after| usize::from(after));
        self.graph.insert(id, first + 1);
        let fits = !slots.is_empty();
        self.slots = slots;
        self.push_revisits(id);
        fits && (first == end || self.axioms.hold(&self.graph, &[id]))
    }

    /// Leaves all values of a new choice but 0 for later.
    pub fn push_choices(&mut self, id: EventId, of: u64) {
        if let Some(choice) = self.chosen.take() {
            self.graph.event_mut(id).value = choice.pick.min(of - 1);
            return;
        }
        let stamp = self.graph.event(id).stamp;
        for value in (1..of).rev() {
            self.work.push(Item { id, stamp, change: Change::Choice { value } });
        }
    }

    fn push_revisits(&mut self, write: EventId) {
        let event = *self.graph.event(write);
        let mut reads = std::mem::take(&mut self.reads);
        self.graph.reads_unknown_to(&event, &mut reads);
        for &read in &reads {
            if self.graph.may_revisit(read, write) {
                let change = Change::Revisit { write };
                self.work.push(Item { id: read, stamp: event.stamp, change });
            }
        }
        self.reads = reads;
    }
}
