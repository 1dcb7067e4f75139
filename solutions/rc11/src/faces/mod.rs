//! What a program sees: the names of Rust's standard library, and how a model is asked for and what is told of it.

// First, for the macro that defines functions of an ABI.
#[macro_use]
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod tsan;

pub mod atomic;
pub mod builder;
pub mod by_hand;
pub mod cell;
mod explore;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub mod foreign;
pub mod free;
pub mod futex;
pub mod hint;
pub mod model;
pub mod moment;
pub mod panics;
mod show;
pub mod support;
pub mod sync;
pub mod thread;
pub mod track;
mod unwind;
