#![doc = include_str!("../README.md")]

pub mod alloc;
pub mod cell;
pub mod future;
pub mod hint;
pub mod lazy_static;
pub mod model;
mod registry;
pub mod sync;
pub mod thread;

pub use model::model;
pub use rc11::MAX_THREADS;
/// Declares values of which each thread of a model has one of its own.
pub use rc11::thread_local;

#[global_allocator]
static ALLOCATOR: rc11::alloc::Quarantine = rc11::alloc::Quarantine;

/// Goes on with the search. It never stops here.
pub fn explore() {}

/// In loom, leaves the branches after this one out. Here they are explored.
pub fn stop_exploring() {}

/// In loom, leaves out the branches of the next operation. Here they are explored.
pub fn skip_branch() {}
