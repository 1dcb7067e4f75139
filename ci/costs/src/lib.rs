//! What atomics, cache lines and waiting cost on this machine.
//!
//! `cargo costs` measures and prints; with `--write` the result is kept in the book, beside those of other machines. Every figure is
//! a multiple of a relaxed load on the same machine in the same run. Nothing is compared with it, and nothing is graded by it.

pub mod draw;
pub mod measure;
pub mod result;

pub use catalog::root;
