#![doc = include_str!("../README.md")]
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
pub use faces::panics::{attempt, catch_panic, expect_panic, panic_quietly, while_unwinding};
pub use faces::{atomic, by_hand, cell, futex, hint, support, sync, thread, track};
pub use runtime::aftermath::{Answer, Machines, Nearest};
pub use runtime::failure::{Blocked, Failure, FailureKind};
pub use runtime::guide::Execution;
pub use runtime::report::{CallSpan, Counters, Objection, Report, Stuck, Turn};
pub use runtime::sight::is_instrumented;
pub use runtime::survey::Estimate;
pub use runtime::{alloc, audit};
