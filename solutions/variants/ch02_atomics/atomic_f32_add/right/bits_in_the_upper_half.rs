//! The bits are kept in the upper half of a larger integer.

use sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A number that several threads may add to.
///
/// Orders nothing, and never waits.
pub struct AtomicF32 {
    bits: AtomicU64,
}

impl AtomicF32 {
    /// An atomic with this value.
    pub const fn new(value: f32) -> Self {
        Self { bits: AtomicU64::new((value.to_bits() as u64) << 32) }
    }

    /// Reads the value.
    #[inline]
    pub fn load(&self) -> f32 {
        // Relaxed: the number is all that is told, here and below.
        f32::from_bits((self.bits.load(Relaxed) >> 32) as u32)
    }

    /// Writes the value.
    #[inline]
    pub fn store(&self, value: f32) {
        self.bits.store(u64::from(value.to_bits()) << 32, Relaxed);
    }

    /// Adds, in one indivisible step; returns the value before.
    ///
    /// The sum is rounded as every `f32` sum is: it may depend on the order in which threads add.
    #[inline]
    pub fn fetch_add(&self, value: f32) -> f32 {
        let mut seen = self.bits.load(Relaxed);
        loop {
            let sum = f32::from_bits((seen >> 32) as u32) + value;
            match self.bits.compare_exchange_weak(
                seen,
                u64::from(sum.to_bits()) << 32,
                Relaxed,
                Relaxed,
            ) {
                Ok(_) => return f32::from_bits((seen >> 32) as u32),
                Err(now) => seen = now,
            }
        }
    }
}
