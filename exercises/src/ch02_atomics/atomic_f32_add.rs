//! An atomic `f32`, kept as its bits in an atomic integer.
//!
//! The book's page on this exercise: chapter 2, "A number with a point".

use sync::atomic::{AtomicU32, Ordering};

/// A number that several threads may add to.
///
/// Orders nothing, and never waits.
pub struct AtomicF32 {
    bits: AtomicU32,
}

impl AtomicF32 {
    /// An atomic with this value.
    pub const fn new(value: f32) -> Self {
        todo!()
    }

    /// Reads the value.
    pub fn load(&self) -> f32 {
        todo!()
    }

    /// Writes the value.
    pub fn store(&self, value: f32) {
        todo!()
    }

    /// Adds, in one indivisible step; returns the value before.
    ///
    /// The sum is rounded as every `f32` sum is: it may depend on the order in which threads add.
    pub fn fetch_add(&self, value: f32) -> f32 {
        // Your turn. Think of NaN, which is not equal to itself, and of -0.0, which is equal to 0.0.
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test atomic_f32_add` does.
fn grade() {}
