//! The engine.

pub mod block;
pub mod clock;
mod coherence;
pub mod event;
mod graph;
mod grow;
mod idle;
pub mod object;
pub mod ops;
mod psc;
pub mod queue;
mod race;
mod revisit;
pub mod rmw;
pub mod runtime;
pub mod schedule;
pub mod spin;
pub mod state;
mod switches;
mod sync;
pub mod trust;
mod verdict;
