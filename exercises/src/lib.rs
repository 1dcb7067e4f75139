//! The exercises. Open a file, replace its `todo!()`s, and type `cargo test` with the file's name.
//!
//! `sync` is std's atomics, cells and threads under std's names. When your code is graded, the same names belong to a
//! checker that tries every execution; so use `sync::…` where you would use `std::sync::…` or `std::thread`.
//!
//! The empty `#[test] fn grade` in each file is there for your editor: "Run test" on it grades that file. What runs is the
//! judge, which compiles each file by itself; so a file that does not compile is no trouble for the others.

#![allow(
    dead_code,
    unused,
    clippy::boxed_local,
    reason = "a half-written exercise has imports and fields that nothing uses yet"
)]

#[cfg(any(not(test), rust_analyzer))]
pub mod ch01_basics;
#[cfg(any(not(test), rust_analyzer))]
pub mod ch02_atomics;
#[cfg(any(not(test), rust_analyzer))]
pub mod ch03_memory_ordering;
#[cfg(any(not(test), rust_analyzer))]
pub mod ch04_spin_lock;
#[cfg(any(not(test), rust_analyzer))]
pub mod ch05_channels;
#[cfg(any(not(test), rust_analyzer))]
pub mod ch06_arc;
#[cfg(any(not(test), rust_analyzer))]
pub mod ch07_processor;
#[cfg(any(not(test), rust_analyzer))]
pub mod ch08_os_primitives;
#[cfg(any(not(test), rust_analyzer))]
pub mod ch09_locks;
#[cfg(any(not(test), rust_analyzer))]
pub mod ch10_ideas;

#[cfg(all(test, not(rust_analyzer)))]
fn main() -> std::process::ExitCode {
    judge::main()
}
