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
//! # The floors
//!
//! - `core`: execution graphs, the axioms beside the code that checks them, the search, and the order in which a graph is told.
//!   Pure: no threads, no globals, no input or output.
//! - `runtime`: what runs a program along a graph: coroutines, replay, watched memory, the allocator, loops, failures, and the
//!   choice of the failing execution that is reported.
//! - `faces`: what a program sees, under the names of Rust's standard library, and reports in words.
//!
//! Each imports from itself and from those below it. Beside them stands [`history`], which imports from nobody: linearizability.

mod core;
mod faces;
pub mod history;
mod runtime;

pub use crate::core::axioms::Memory;
pub use crate::core::clock::MAX_THREADS;
pub use crate::core::timeline::{Place, Step};
pub use crate::core::trail::{NoTrail, Trail};
pub use faces::builder::Builder;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub use faces::foreign;
pub use faces::free::free;
pub use faces::model::{counters, is_undecided, model};
pub use faces::moment::{Moment, now, reject};
pub use faces::panics::{attempt, catch_panic, expect_panic, panic_quietly};
pub use faces::{atomic, by_hand, cell, futex, hint, support, sync, thread, track};
pub use runtime::aftermath::{Answer, Machines, Nearest};
pub use runtime::failure::{Blocked, Failure, FailureKind};
pub use runtime::guide::Execution;
pub use runtime::report::{CallSpan, Counters, Objection, Report, Stuck, Turn};
pub use runtime::sight::is_instrumented;
pub use runtime::survey::Estimate;
pub use runtime::{alloc, audit};
