//! The memory model of x86-64 processors, x86-TSO.
//!
//! *x86-TSO: A Rigorous and Usable Programmer's Model for x86 Multiprocessors* (Sewell, Sarkar, Owens, Zappa Nardelli, Myreen,
//! CACM 2010), in the axiomatic form of *Herding Cats* (Alglave, Maranget, Tautschnig, TOPLAS 2014):
//!
//! ```text
//! ppo ≜ po \ (W × R)                                     a store is kept back while later loads read
//! bar ≜ po ; [B] ; po  ∪  po ∩ (B × M ∪ M × B)           but not beyond a barrier
//! ghb ≜ ppo ∪ bar ∪ rfe ∪ mo ∪ rb    is acyclic
//! ```
//!
//! and coherence and atomicity, as ever. *rfe* is rf between two threads: a thread reads its own store before others can.
//!
//! The accesses are taken as compilers translate them (C/C++11 mappings to processors, Sewell and Sevcik): a load, of any ordering, is a
//! `mov`; so is a store, but one that is `SeqCst` is an `xchg`, which is a barrier; a read-modify-write is one even if it
//! writes nothing; a `fence(SeqCst)` is `mfence`, and a weaker fence is no instruction. To start a thread, to end, to wait for the
//! end of one, and to be woken are barriers too: the system goes through locks of its own.
//!
//! Whoever reads what another thread wrote sees all that this thread had seen and done. So in this model every access is an acquire or a
//! release (see [`Memory::strengthen`](super::axioms::Memory::strengthen)), and happens-before is (po ∪ rf)⁺. With that, *coherence* is
//! weaker than what stands above, for release and acquire allow all that x86-TSO allows.
//!
//! An event that is added last in mo, or reads the last write, has no edge to another one, so it closes no circle. This is what the
//! search asks of a model, besides that a prefix of a consistent graph is consistent.

use super::clock::MAX_THREADS;
use super::event::{Event, EventId, Kind};
use super::graph::Graph;
use std::sync::atomic::Ordering;

/// Room to compute in, kept from one check to the next.
#[derive(Default)]
pub struct Tso {
    /// The number of the first event of each thread.
    first: [usize; MAX_THREADS],
    edges: Vec<(usize, usize)>,
    /// Where the edges of each event begin, once they are sorted.
    starts: Vec<usize>,
    /// How many edges lead to each event, from one that is not done.
    before: Vec<usize>,
    ready: Vec<usize>,
}

/// What an event is to the processor.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Load,
    Store,
    Barrier,
    Nothing,
}

fn class(event: &Event) -> Class {
    match event.kind {
        Kind::Read | Kind::Write if event.exclusive || event.request.op.updates => Class::Barrier,
        Kind::Write if event.order == Ordering::SeqCst => Class::Barrier,
        Kind::Fence if event.order != Ordering::SeqCst => Class::Nothing,
        Kind::Read | Kind::PlainRead => Class::Load,
        Kind::Write | Kind::PlainWrite => Class::Store,
        Kind::Choice => Class::Nothing,
        Kind::Fence | Kind::Spawn | Kind::Begin | Kind::End | Kind::Join | Kind::Resume => {
            Class::Barrier
        }
    }
}

impl Tso {
    /// Is `ghb` acyclic?
    pub fn holds(&mut self, graph: &Graph) -> bool {
        let mut count = 0;
        for (first, events) in self.first.iter_mut().zip(&graph.threads) {
            *first = count;
            count += events.len();
        }
        self.edges.clear();
        self.order_threads(graph);
        self.communicate(graph);
        self.is_acyclic(count)
    }

    fn number(&self, id: EventId) -> usize {
        self.first[id.thread()] + id.index()
    }

    /// ppo and bar. Of each there are only those from which the others follow.
    fn order_threads(&mut self, graph: &Graph) {
        for (first, events) in self.first.iter().zip(&graph.threads) {
            let (mut next_load, mut next_store) = (None, None);
            for (index, event) in events.iter().enumerate().rev() {
                let me = first + index;
                let class = class(event);
                if class == Class::Nothing {
                    continue;
                }
                self.edges.extend(next_store.map(|next| (me, next)));
                if class != Class::Store && next_load != next_store {
                    self.edges.extend(next_load.map(|next| (me, next)));
                }
                if class != Class::Store {
                    next_load = Some(me);
                }
                if class != Class::Load {
                    next_store = Some(me);
                }
            }
        }
    }

    /// rfe, mo and rb, and what starts, ends and wakes threads.
    fn communicate(&mut self, graph: &Graph) {
        for id in graph.ids() {
            let event = graph.event(id);
            let reads = matches!(event.kind, Kind::Read | Kind::PlainRead);
            let waits = matches!(event.kind, Kind::Begin | Kind::Join | Kind::Resume);
            if (reads || waits) && !event.rf.is_init() && event.rf.thread() != id.thread() {
                self.edges.push((self.number(event.rf), self.number(id)));
            }
            if reads {
                let mo = &graph.places[usize::from(event.loc)].mo;
                let newer = mo.get(graph.pos(event.rf) + 1);
                // Its own write does not come before a read-modify-write.
                let newer = newer.filter(|&&newer| {
                    !(event.exclusive && newer == EventId::new(id.thread(), id.index() + 1))
                });
                self.edges.extend(newer.map(|&newer| (self.number(id), self.number(newer))));
            }
        }
        for place in &graph.places {
            let pairs = place.mo.windows(2).filter(|pair| !pair[0].is_init());
            for pair in pairs {
                self.edges.push((self.number(pair[0]), self.number(pair[1])));
            }
        }
    }

    /// Can the events be put in an order? Takes away what nothing comes before, until nothing is left.
    fn is_acyclic(&mut self, count: usize) -> bool {
        self.edges.sort_unstable();
        self.starts.clear();
        self.before.clear();
        self.before.resize(count, 0);
        for (index, &(from, to)) in self.edges.iter().enumerate() {
            while self.starts.len() <= from {
                self.starts.push(index);
            }
            self.before[to] += 1;
        }
        self.starts.resize(count + 1, self.edges.len());
        self.ready.clear();
        self.ready.extend((0..count).filter(|&event| self.before[event] == 0));
        let mut done = 0;
        while let Some(event) = self.ready.pop() {
            done += 1;
            for &(_, to) in &self.edges[self.starts[event]..self.starts[event + 1]] {
                self.before[to] -= 1;
                if self.before[to] == 0 {
                    self.ready.push(to);
                }
            }
        }
        done == count
    }
}
