//! A stateless model checker for Rust's atomics.
//!
//! [`model`] runs a closure once for every execution that the memory model allows, and fails if one has a data race,
//! panics, or hangs. The memory model is RC11 (Lahav, Vafeiadis, Kang, Hur, Dreyer, PLDI 2017) with the release sequence of
//! C++20, which is what C++20 and Rust promise without the executions in which values come out of thin air: `po ∪ rf` is
//! acyclic. The search is TruSt (Kokologiannakis, Marmanis, Gladstein, Vafeiadis, POPL 2022), which explores each execution
//! graph once.
//!
//! ```
//! use rc11::atomic::{AtomicBool, AtomicU32, Ordering::*};
//! use rc11::thread;
//! use std::sync::Arc;
//!
//! rc11::model(|| {
//!     let shared = Arc::new((AtomicU32::new(0), AtomicBool::new(false)));
//!     let other = shared.clone();
//!     let writer = thread::spawn(move || {
//!         other.0.store(1, Relaxed);
//!         other.1.store(true, Release);
//!     });
//!     if shared.1.load(Acquire) {
//!         assert_eq!(shared.0.load(Relaxed), 1);
//!     }
//!     writer.join().unwrap();
//! });
//! ```
//!
//! # The parts
//!
//! The engine is a graph (`engine::graph`) of events, the axioms beside the code that checks them (`engine::sync`:
//! happens-before; `engine::coherence`: coherence and atomicity; `engine::psc`: the SC axiom; `engine::race`), the search
//! (`engine::trust`, `engine::revisit`), and what runs the program (`engine::runtime`, `engine::ops`, `engine::rmw`,
//! `engine::block`, `engine::queue`, `engine::spin`). `explore` chooses the failing execution that is reported,
//! `engine::schedule` the order in which it is told.

pub mod alloc;
pub mod atomic;
pub mod audit;
mod builder;
pub mod cell;
mod engine;
mod explore;
mod failure;
mod free;
pub mod futex;
pub mod hint;
mod model;
mod panics;
mod step;
mod sight;
pub mod sync;
pub mod thread;
pub mod track;

pub use builder::Builder;
pub use engine::clock::MAX_THREADS;
pub use failure::{Blocked, Failure, FailureKind};
pub use free::free;
pub use model::{Counters, Report, Turn, counters, is_undecided, model};
pub use panics::{catch_panic, expect_panic, panic_quietly};
pub use sight::{Place, is_instrumented};
pub use step::Step;
