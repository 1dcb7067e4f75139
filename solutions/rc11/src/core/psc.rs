//! The SC axiom of RC11.
//!
//! *Repairing Sequential Consistency in C/C++11* (PLDI 2017), section 3:
//!
//! ```text
//! scb      ≜ po ∪ po|≠loc ; hb ; po|≠loc ∪ hb|loc ∪ mo ∪ rb
//! psc_base ≜ ([E^sc] ∪ [F^sc] ; hb?) ; scb ; ([E^sc] ∪ hb? ; [F^sc])
//! psc_F    ≜ [F^sc] ; (hb ∪ hb ; eco ; hb) ; [F^sc]
//! psc_base ∪ psc_F is acyclic
//! ```
//!
//! It is only asked about where an event *e* was added that is not maximal in mo, or reads from a write that is not: any other has no
//! outgoing edge and closes no cycle. Nothing happens after *e*. So each new edge leaves *e*, or a fence that *e* happens after, or
//! leads to *e*; a new cycle runs through one of these, and they are where it is looked for.
//!
//! Between two events an edge is found without trying what lies between, since of each location only the ends matter. A fence *f* has:
//! the lowest places in mo of what happens after it, and the highest ones of what happens before it ([`Ends`]). Through mo, rb or eco there is a way from *f*
//! to *g* where the lowest of *f* is lower than the highest of *g*. All other ways are parts of hb:
//!
//! - from *f* to *g* they are hb, and hb is one of them;
//! - from *f* to an access *b*, po and what goes through another location end in the event before *b*: *f* happens before that;
//!   else there is an access *x* of the same location, where *f* happens before *x* and *x* before *b*;
//! - from an access to a fence it is the other way round.

use super::event::{EventId, Kind, NOWHERE};
use super::graph::{Graph, Place};

/// Room to compute in, kept from one check to the next.
#[derive(Default)]
pub struct Psc {
    nodes: Vec<Node>,
    /// The ends of each fence at each location.
    ends: Vec<Ends>,
    /// Whether the search for a cycle has come to each node.
    state: Vec<State>,
    places: usize,
}

/// An SC event.
#[derive(Clone, Copy)]
struct Node {
    id: EventId,
    loc: u16,
    write: bool,
    /// Of a fence: which one.
    fence: Option<usize>,
    /// The place in mo of the write, or of the write that is read.
    pos: usize,
    /// The next event in program order that is not an access to the same location, and the one before.
    next_elsewhere: Option<EventId>,
    last_elsewhere: Option<EventId>,
    next: Option<EventId>,
    last: Option<EventId>,
}

/// What of a location happens after a fence, and before it: places in mo. The initial write is no end.
#[derive(Clone, Copy)]
struct Ends {
    /// The lowest of what happens after: of all accesses, and of writes; `usize::MAX` if there is none.
    low: usize,
    low_write: usize,
    /// The highest of what happens before: of writes, and of reads; 0 if there is none.
    high_write: usize,
    high_read: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    /// On the path that is being followed.
    Open,
    Done,
}

impl Psc {
    /// Is `psc` acyclic, if it was before `changed` were added or changed, after which nothing happens?
    pub fn holds(&mut self, graph: &Graph, changed: &[EventId]) -> bool {
        self.collect(graph);
        if self.nodes.len() < 2 {
            return true;
        }
        let is_new = |node: &Node| {
            let after =
                |id: &EventId| node.id == *id || node.fence.is_some() && graph.hb(node.id, *id);
            changed.iter().any(after)
        };
        let mut has_ends = false;
        self.state.clear();
        self.state.resize(self.nodes.len(), State::New);
        for node in 0..self.nodes.len() {
            if is_new(&self.nodes[node]) {
                if !has_ends {
                    self.find_ends(graph);
                    has_ends = true;
                }
                if !self.is_acyclic_from(graph, node) {
                    return false;
                }
            }
        }
        true
    }

    fn collect(&mut self, graph: &Graph) {
        self.nodes.clear();
        let mut fences = 0..;
        for (t, events) in graph.threads.iter().enumerate() {
            for (i, event) in events.iter().enumerate() {
                if !event.is_sc() {
                    continue;
                }
                let elsewhere = |j: &usize| events[*j].loc != event.loc || event.loc == NOWHERE;
                let name = |j| EventId::new(t, j);
                let write = event.is_write();
                self.nodes.push(Node {
                    id: name(i),
                    loc: event.loc,
                    write,
                    fence: if event.kind == Kind::Fence { fences.next() } else { None },
                    pos: if write { usize::from(event.pos) } else { graph.pos(event.rf) },
                    next_elsewhere: (i + 1..events.len()).find(elsewhere).map(name),
                    last_elsewhere: (0..i).rfind(elsewhere).map(name),
                    next: (i + 1 < events.len()).then(|| name(i + 1)),
                    last: i.checked_sub(1).map(name),
                });
            }
        }
    }

    fn find_ends(&mut self, graph: &Graph) {
        self.ends.clear();
        self.places = graph.places.len();
        for fence in self.nodes.iter().filter(|node| node.fence.is_some()) {
            self.ends.extend(graph.places.iter().map(|place| Ends::of(graph, fence.id, place)));
        }
    }

    fn ends(&self, fence: usize, loc: u16) -> &Ends {
        &self.ends[fence * self.places + usize::from(loc)]
    }

    /// `(a, b) ∈ psc_base ∪ psc_F`
    fn edge(&self, graph: &Graph, a: &Node, b: &Node) -> bool {
        match (a.fence, b.fence) {
            (None, None) => scb(graph, a, b),
            (Some(f), Some(g)) => {
                let places = 0..self.places as u16;
                graph.hb(a.id, b.id)
                    || places.into_iter().any(|loc| self.ends(f, loc).reach(self.ends(g, loc)))
            }
            (Some(f), None) => {
                b.last.is_some_and(|last| graph.hb(a.id, last))
                    || b.write && self.ends(f, b.loc).low < b.pos
                    || has_between(graph, a.id, b.id, b.loc)
            }
            (None, Some(g)) => {
                a.next.is_some_and(|next| graph.hb(next, b.id))
                    || a.pos < self.ends(g, a.loc).high_write
                    || has_between(graph, a.id, b.id, a.loc)
            }
        }
    }

    fn is_acyclic_from(&mut self, graph: &Graph, node: usize) -> bool {
        match self.state[node] {
            State::Open => return false,
            State::Done => return true,
            State::New => self.state[node] = State::Open,
        }
        for next in 0..self.nodes.len() {
            if next != node
                && self.state[next] != State::Done
                && self.edge(graph, &self.nodes[node], &self.nodes[next])
                && !self.is_acyclic_from(graph, next)
            {
                return false;
            }
        }
        self.state[node] = State::Done;
        true
    }
}

impl Ends {
    fn of(graph: &Graph, fence: EventId, place: &Place) -> Self {
        let is_after = |id: &EventId| graph.hb(fence, *id);
        let hb = &graph.event(fence).hb;
        let low_write = place.mo[1..].iter().position(is_after).map_or(usize::MAX, |at| at + 1);
        let high_write = place.mo[1..].iter().rposition(|id| hb.has(*id)).map_or(0, |at| at + 1);
        let (mut low, mut high_read) = (low_write, 0);
        let plain = place.plain.iter().filter(|id| graph.event(**id).kind == Kind::PlainRead);
        for read in place.reads.iter().chain(plain) {
            let pos = graph.pos(graph.event(*read).rf);
            if is_after(read) {
                low = low.min(pos);
            }
            if hb.has(*read) {
                high_read = high_read.max(pos);
            }
        }
        Self { low, low_write, high_write, high_read }
    }

    /// Does mo, rb or rf after them lead from here to what happens before the other fence?
    fn reach(&self, other: &Ends) -> bool {
        self.low < other.high_write.max(other.high_read) || self.low_write <= other.high_read
    }
}

/// Is there another access of this location that `a` happens before, and that happens before `b`? One of the two is an access, too.
fn has_between(graph: &Graph, a: EventId, b: EventId, loc: u16) -> bool {
    let hb = &graph.event(b).hb;
    if !hb.has(a) {
        return false;
    }
    let place = &graph.places[usize::from(loc)];
    let mut accesses = place.mo[1..].iter().chain(&place.reads).chain(&place.plain);
    accesses.any(|x| *x != a && *x != b && hb.has(*x) && graph.hb(a, *x))
}

/// `(x, y) ∈ scb`, for two accesses.
fn scb(graph: &Graph, x: &Node, y: &Node) -> bool {
    if x.id.thread() == y.id.thread() && x.id < y.id {
        return true;
    }
    // rb and mo; rf is in eco, but not in scb.
    if x.loc == y.loc && (y.write && x.pos < y.pos || graph.hb(x.id, y.id)) {
        return true;
    }
    match (x.next_elsewhere, y.last_elsewhere) {
        (Some(a), Some(b)) => a != b && graph.hb(a, b),
        _ => false,
    }
}
