//! The engine.

pub mod block;
pub mod clock;
mod coherence;
pub mod event;
pub mod graph;
mod idle;
pub mod ops;
mod psc;
mod race;
pub mod runtime;
pub mod spin;
mod sync;
pub mod trust;
