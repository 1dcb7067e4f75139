//! The reference solutions, a chapter a module and an exercise a file.
//!
//! `sync` is std's atomics, cells and threads. The same sources are compiled a second time over a model checker, and every
//! ordering here is shown to be needed by a check that fails without it.

/// A file here says `reference::…` where it builds on another chapter, as the stub and the variants of the same file do.
extern crate self as reference;

pub mod ch01_basics;
pub mod ch02_atomics;
pub mod ch03_memory_ordering;
pub mod ch04_spin_lock;
pub mod ch05_channels;
pub mod ch06_arc;
pub mod ch07_processor;
pub mod ch08_os_primitives;
pub mod ch09_locks;
pub mod ch10_ideas;
