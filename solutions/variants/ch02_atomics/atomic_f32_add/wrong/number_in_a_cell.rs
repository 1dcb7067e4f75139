//! The number is in a `Cell`.
//!
//! Rejected by: number_can_be_shared_and_sent_between_threads
//! Because: is not `Sync`

use std::cell::Cell;

/// A number that several threads may add to.
///
/// Orders nothing, and never waits.
pub struct AtomicF32 {
    bits: Cell<u32>,
}

impl AtomicF32 {
    /// An atomic with this value.
    pub const fn new(value: f32) -> Self {
        Self { bits: Cell::new(value.to_bits()) }
    }

    /// Reads the value.
    #[inline]
    pub fn load(&self) -> f32 {
        // Relaxed: the number is all that is told, here and below.
        f32::from_bits(self.bits.get())
    }

    /// Writes the value.
    #[inline]
    pub fn store(&self, value: f32) {
        self.bits.set(value.to_bits());
    }

    /// Adds, in one indivisible step; returns the value before.
    ///
    /// The sum is rounded as every `f32` sum is: it may depend on the order in which threads add.
    #[inline]
    pub fn fetch_add(&self, value: f32) -> f32 {
        f32::from_bits(self.bits.replace((self.load() + value).to_bits()))
    }
}
