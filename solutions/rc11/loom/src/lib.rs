//! loom's names over [`rc11`].
//!
//! A crate that has loom tests needs one line to run them here:
//!
//! ```toml
//! [target.'cfg(loom)'.dependencies]
//! loom = { package = "rc11-loom", version = "0.1" }
//! ```
//!
//! What a test means is the same, with these differences:
//!
//! - A model passes when all executions of RC11 have passed, however many threads are interrupted how often: there is no bound on
//!   preemptions, and `SeqCst` accesses are what they are in Rust. Where loom allows what Rust forbids, a test passes here; where
//!   it leaves out what Rust allows, a test may fail here.
//! - [`explore`], [`stop_exploring`] and [`skip_branch`] do nothing: a graph has no branches to skip.
//! - Eight threads may live at one time.
//! - The time of a timed wait may be up.
//! - Addresses are not used twice in one execution: this crate sets the global allocator, [`rc11::alloc::Quarantine`].

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
