//! Code in C, C++, Zig and Rust under the model checker.
//!
//! The compiler of each language turns a file into a library ([`compile`]) whose every access to memory calls a function of `rc11`
//! (see `rc11::foreign`). The library is loaded ([`library`]), and what it exports says how it is tried ([`model`]).
//!
//! The programs in the folders beside this one are the same eight in each language. Each runs on its own too.

pub mod compile;
pub mod library;
pub mod model;

/// Memory that a thread of a model frees is not used again in the same execution; sight depends on it.
#[global_allocator]
static ALLOCATOR: rc11::alloc::Quarantine = rc11::alloc::Quarantine;
