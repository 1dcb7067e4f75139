//! The order in which a timeline shows the events of a graph.
//!
//! A graph has no order of its own, and every linear extension of po ∪ rf runs it. The one to show is chosen like this:
//!
//! 1. It also respects mo, and then rb, wherever that closes no circle. So what an interleaving explains is shown as that
//!    interleaving, and a read that comes after a newer write, though it does not see it, is one that no interleaving explains.
//! 2. Of the orders that are left, it is one with the fewest switches between threads.

use crate::core::clock::{Clock, MAX_THREADS};
use crate::core::event::{Event, EventId, Kind, Role};
use crate::core::graph::Graph;

/// An execution with more operations is shown in the order in which the engine ran it.
const MAX_UNITS: usize = 512;

/// Events of one thread with nothing between them: both halves of a read-modify-write, or looking and falling asleep.
pub struct Unit {
    pub first: EventId,
    pub len: usize,
    pub shown: bool,
}

/// What must come before what.
pub struct Order {
    /// Thread by thread, in program order.
    pub units: Vec<Unit>,
    /// Where the units of each thread begin.
    pub starts: [usize; MAX_THREADS + 1],
    /// The unit of each event.
    of: [Vec<usize>; MAX_THREADS],
    /// What must come directly before each unit.
    pub before: Vec<Vec<usize>>,
    /// For each unit, the set of those after it.
    after: Vec<Vec<u64>>,
}

/// The events in `keep`, in the order of the timeline; `last` is the one that it should end with. `None` if there are too
/// many.
pub fn schedule(graph: &Graph, keep: &Clock, last: Option<EventId>) -> Option<Vec<EventId>> {
    let mut order = Order::new(graph, keep)?;
    order.follow_threads_and_reads(graph);
    order.follow_writes(graph);
    order.read_before(graph, Kind::Write);
    if let Some(last) = last.and_then(|last| order.unit(last)) {
        for end in order.ends() {
            order.add(end, last);
        }
    }
    // After the wish for a last one: of an access to memory that is freed, this shows the freeing first.
    order.read_before(graph, Kind::PlainWrite);
    Some(order.run())
}

impl Order {
    fn new(graph: &Graph, keep: &Clock) -> Option<Self> {
        let mut units: Vec<Unit> = Vec::new();
        let mut starts = [0; MAX_THREADS + 1];
        let mut of: [Vec<usize>; MAX_THREADS] = Default::default();
        for thread in 0..MAX_THREADS {
            starts[thread] = units.len();
            let kept = graph.threads[thread].len().min(keep.get(thread));
            for (index, event) in graph.threads[thread][..kept].iter().enumerate() {
                if index > 0 && goes_on(event) {
                    units.last_mut().expect("the unit of the event before").len += 1;
                } else {
                    let first = EventId::new(thread, index);
                    let shown = event.request.op.role.is_shown();
                    units.push(Unit { first, len: 1, shown });
                }
                of[thread].push(units.len() - 1);
            }
        }
        starts[MAX_THREADS] = units.len();
        let count = units.len();
        let row = vec![0; count.div_ceil(64)];
        (count <= MAX_UNITS).then(|| Self {
            units,
            starts,
            of,
            before: vec![Vec::new(); count],
            after: vec![row; count],
        })
    }

    fn unit(&self, event: EventId) -> Option<usize> {
        if event.is_init() { None } else { self.of[event.thread()].get(event.index()).copied() }
    }

    fn is_before(&self, a: usize, b: usize) -> bool {
        self.after[a][b / 64] >> (b % 64) & 1 == 1
    }

    /// Puts `a` before `b`, unless `b` is before `a` already.
    fn add(&mut self, a: usize, b: usize) {
        if a == b || self.is_before(a, b) || self.is_before(b, a) {
            return;
        }
        self.before[b].push(a);
        let mut later = self.after[b].clone();
        later[b / 64] |= 1 << (b % 64);
        for unit in 0..self.units.len() {
            if unit == a || self.is_before(unit, a) {
                self.after[unit].iter_mut().zip(&later).for_each(|(mine, new)| *mine |= new);
            }
        }
    }

    fn add_events(&mut self, a: EventId, b: EventId) {
        if let (Some(a), Some(b)) = (self.unit(a), self.unit(b)) {
            self.add(a, b);
        }
    }

    /// The last unit of each thread.
    fn ends(&self) -> Vec<usize> {
        self.starts.windows(2).filter(|pair| pair[0] < pair[1]).map(|pair| pair[1] - 1).collect()
    }

    /// po ∪ rf: what every order must respect.
    fn follow_threads_and_reads(&mut self, graph: &Graph) {
        for thread in 0..MAX_THREADS {
            for unit in self.starts[thread] + 1..self.starts[thread + 1] {
                self.add(unit - 1, unit);
            }
            for index in 0..self.of[thread].len() {
                let id = EventId::new(thread, index);
                let waits = matches!(
                    graph.event(id).kind,
                    Kind::Read | Kind::Begin | Kind::Join | Kind::Resume
                );
                if waits {
                    self.add_events(graph.event(id).rf, id);
                }
            }
        }
    }

    /// mo, where that is possible.
    fn follow_writes(&mut self, graph: &Graph) {
        for place in &graph.places {
            let kept = place.mo.iter().copied().filter(|&write| self.unit(write).is_some());
            let kept: Vec<EventId> = kept.collect();
            kept.windows(2).for_each(|pair| self.add_events(pair[0], pair[1]));
        }
    }

    /// rb to the next write of this kind, where that is possible.
    fn read_before(&mut self, graph: &Graph, kind: Kind) {
        for place in &graph.places {
            let plain = place.plain.iter().filter(|&&id| graph.event(id).kind == Kind::PlainRead);
            for &read in place.reads.iter().chain(plain) {
                let seen = graph.event(read).rf;
                if self.unit(read).is_none() || !graph.has(seen) {
                    continue;
                }
                self.add_events(seen, read);
                let newer = place.mo[graph.pos(seen) + 1..].iter().copied();
                let mut newer = newer.filter(|&write| graph.event(write).kind == kind);
                if let Some(newer) = newer.find(|&write| self.unit(write).is_some()) {
                    self.add_events(read, newer);
                }
            }
        }
    }
}

/// Does the event belong to the same operation as the one before it?
fn goes_on(event: &Event) -> bool {
    let falls_asleep = event.request.op.role == Role::LookAndEnter;
    event.kind == Kind::Write && event.exclusive || falls_asleep && event.kind == Kind::Read
}
