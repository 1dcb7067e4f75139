//! The memory models.
//!
//! All have coherence and atomicity ([`coherence`](super::coherence)), and differ in what else must hold.

use super::event::{EventId, Request};
use super::graph::Graph;
use super::psc::Psc;
use super::tso::Tso;
use std::sync::atomic::Ordering::{AcqRel, SeqCst};

/// Which executions there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Memory {
    /// Those that the language allows.
    #[default]
    Rc11,
    /// Those that an x86-64 processor shows if the compiler leaves the accesses in their order.
    X86Tso,
    /// Interleavings: every access is taken as `SeqCst`.
    Interleaving,
}

impl Memory {
    /// The request, with the orderings that its instructions have in any case.
    pub fn strengthen(self, mut request: Request) -> Request {
        let least = match self {
            Self::Rc11 => return request,
            Self::X86Tso => AcqRel,
            Self::Interleaving => SeqCst,
        };
        for order in [&mut request.order, &mut request.failure] {
            if *order != SeqCst {
                *order = least;
            }
        }
        request
    }
}

/// What a graph must satisfy besides coherence and atomicity.
#[derive(Default)]
pub struct Axioms {
    pub memory: Memory,
    psc: Psc,
    tso: Tso,
}

impl Axioms {
    /// Is the graph consistent, if it was before these events were added or changed, after which nothing happens?
    pub fn hold(&mut self, graph: &Graph, changed: &[EventId]) -> bool {
        match self.memory {
            Memory::Rc11 | Memory::Interleaving => self.psc.holds(graph, changed),
            Memory::X86Tso => self.tso.holds(graph),
        }
    }
}
