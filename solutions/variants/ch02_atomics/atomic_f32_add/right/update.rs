//! The loop is `update`, whose closure never gives up.

use sync::atomic::{AtomicU32, Ordering::Relaxed};

/// A number that several threads may add to.
///
/// Orders nothing, and never waits.
pub struct AtomicF32 {
    bits: AtomicU32,
}

impl AtomicF32 {
    /// An atomic with this value.
    pub const fn new(value: f32) -> Self {
        Self { bits: AtomicU32::new(value.to_bits()) }
    }

    /// Reads the value.
    #[inline]
    pub fn load(&self) -> f32 {
        // Relaxed: the number is all that is told, here and below.
        f32::from_bits(self.bits.load(Relaxed))
    }

    /// Writes the value.
    #[inline]
    pub fn store(&self, value: f32) {
        self.bits.store(value.to_bits(), Relaxed);
    }

    /// Adds, in one indivisible step; returns the value before.
    ///
    /// The sum is rounded as every `f32` sum is: it may depend on the order in which threads add.
    #[inline]
    pub fn fetch_add(&self, value: f32) -> f32 {
        let add = |bits| (f32::from_bits(bits) + value).to_bits();
        f32::from_bits(self.bits.update(Relaxed, Relaxed, add))
    }
}
