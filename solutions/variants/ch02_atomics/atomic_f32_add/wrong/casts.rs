//! The number is cast to an integer: what is behind the point is gone.
//!
//! Rejected by: load_gives_what_new_or_store_put_there
//! Because: `load` after `new`

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
        Self { bits: AtomicU32::new(value as u32) }
    }

    /// Reads the value.
    #[inline]
    pub fn load(&self) -> f32 {
        // Relaxed: the number is all that is told, here and below.
        self.bits.load(Relaxed) as f32
    }

    /// Writes the value.
    #[inline]
    pub fn store(&self, value: f32) {
        self.bits.store(value as u32, Relaxed);
    }

    /// Adds, in one indivisible step; returns the value before.
    ///
    /// The sum is rounded as every `f32` sum is: it may depend on the order in which threads add.
    #[inline]
    pub fn fetch_add(&self, value: f32) -> f32 {
        let mut seen = self.bits.load(Relaxed);
        loop {
            let sum = (seen as f32) + value;
            match self.bits.compare_exchange_weak(seen, sum as u32, Relaxed, Relaxed) {
                Ok(_) => return (seen as f32),
                Err(now) => seen = now,
            }
        }
    }
}
