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
//! The relations are computed as they are written, on the events that can matter, and only where an event was added that
//! is not maximal in mo or reads from a write that is not: any other has no outgoing edge and closes no cycle.

use super::event::{EventId, Kind, NOWHERE};
use super::graph::Graph;

/// Room to compute in, kept from one check to the next.
#[derive(Default)]
pub struct Psc {
    nodes: Vec<Node>,
    /// Indices into `nodes` of the SC events.
    sc: Vec<usize>,
    edges: Vec<bool>,
    state: Vec<u8>,
}

#[derive(Clone, Copy)]
struct Node {
    id: EventId,
    loc: u16,
    fence: bool,
    write: bool,
    /// The place in mo of the write, or of the write that is read.
    pos: usize,
    /// The next event in program order that is not an access to the same location, and the one before.
    next_elsewhere: Option<EventId>,
    last_elsewhere: Option<EventId>,
}

impl Psc {
    /// Is `psc` acyclic?
    pub fn holds(&mut self, graph: &Graph) -> bool {
        let sc = graph.threads.iter().flatten().filter(|event| event.is_sc());
        if sc.take(2).count() < 2 {
            return true;
        }
        self.collect(graph);
        let n = self.sc.len();
        if n < 2 {
            return true;
        }
        let fences = self.sc.iter().any(|&i| self.nodes[i].fence);
        self.edges.clear();
        self.edges.resize(n * n, false);
        for a in 0..n {
            for b in 0..n {
                self.edges[a * n + b] = a != b && self.edge(graph, self.sc[a], self.sc[b], fences);
            }
        }
        self.state.clear();
        self.state.resize(n, 0);
        (0..n).all(|node| self.is_acyclic_from(node))
    }

    fn collect(&mut self, graph: &Graph) {
        self.nodes.clear();
        self.sc.clear();
        for (t, events) in graph.threads.iter().enumerate() {
            for (i, event) in events.iter().enumerate() {
                let access = event.is_atomic() || event.is_plain();
                if !access && !event.is_sc() {
                    continue;
                }
                let elsewhere = |j: &usize| events[*j].loc != event.loc || event.loc == NOWHERE;
                let name = |j| EventId::new(t, j);
                if event.is_sc() {
                    self.sc.push(self.nodes.len());
                }
                let write = event.is_write();
                self.nodes.push(Node {
                    id: name(i),
                    loc: event.loc,
                    fence: event.kind == Kind::Fence,
                    write,
                    pos: if write { usize::from(event.pos) } else { graph.pos(event.rf) },
                    next_elsewhere: (i + 1..events.len()).find(elsewhere).map(name),
                    last_elsewhere: (0..i).rfind(elsewhere).map(name),
                });
            }
        }
    }

    /// `(a, b) ∈ psc_base ∪ psc_F`
    fn edge(&self, graph: &Graph, a: usize, b: usize, fences: bool) -> bool {
        let (from, to) = (&self.nodes[a], &self.nodes[b]);
        if scb(graph, from, to) {
            return true;
        }
        if !fences || !(from.fence || to.fence) {
            return false;
        }
        if from.fence && to.fence && graph.hb(from.id, to.id) {
            return true;
        }
        let starts =
            self.nodes.iter().filter(|x| x.id == from.id || from.fence && graph.hb(from.id, x.id));
        for x in starts {
            let ends =
                self.nodes.iter().filter(|y| y.id == to.id || to.fence && graph.hb(y.id, to.id));
            for y in ends {
                let both = from.fence && to.fence && x.id != from.id && y.id != to.id;
                if scb(graph, x, y) || both && eco(x, y) {
                    return true;
                }
            }
        }
        false
    }

    fn is_acyclic_from(&mut self, node: usize) -> bool {
        /// On the path that is being followed.
        const OPEN: u8 = 1;
        const DONE: u8 = 2;
        match self.state[node] {
            OPEN => return false,
            DONE => return true,
            _ => self.state[node] = OPEN,
        }
        let n = self.sc.len();
        for next in 0..n {
            if self.edges[node * n + next] && !self.is_acyclic_from(next) {
                return false;
            }
        }
        self.state[node] = DONE;
        true
    }
}

/// `(x, y) ∈ scb`
fn scb(graph: &Graph, x: &Node, y: &Node) -> bool {
    if x.id == y.id {
        return false;
    }
    if x.id.thread() == y.id.thread() && x.id < y.id {
        return true;
    }
    if x.loc == y.loc && x.loc != NOWHERE {
        // rb and mo; rf is in eco, but not in scb.
        if y.write && x.pos < y.pos || graph.hb(x.id, y.id) {
            return true;
        }
    }
    match (x.next_elsewhere, y.last_elsewhere) {
        (Some(a), Some(b)) => a != b && graph.hb(a, b),
        _ => false,
    }
}

/// `(x, y) ∈ eco`: from the places in mo, see `coherence`.
fn eco(x: &Node, y: &Node) -> bool {
    let same = x.loc == y.loc && x.loc != NOWHERE;
    same && (x.pos < y.pos || x.pos == y.pos && x.write && !y.write)
}
