//! Execution graphs, the axioms, and the search: no threads, no state of its own, no input or output.
//!
//! A graph ([`graph`]) consists of events ([`event`]). The axioms stand beside the code that checks them: [`sync`]
//! (happens-before), [`coherence`] (coherence and atomicity), [`psc`] (the SC axiom), [`tso`] (x86-TSO), [`race`]; [`axioms`] says
//! which of them a memory model has. The search is [`search`], with
//! [`revisit`], and [`part`] cuts it into pieces;
//! [`estimate`] says how large it is. [`timeline`] is the order in which a graph is told, [`trail`] what leads to one.

pub mod axioms;
pub mod clock;
mod coherence;
pub mod estimate;
pub mod event;
pub mod graph;
mod idle;
pub mod part;
mod psc;
mod race;
mod revisit;
pub mod search;
mod sync;
pub mod timeline;
pub mod trail;
mod tso;
