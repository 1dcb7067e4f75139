//! Hints to the processor: std's own, and a pause of which the length is a time.

pub use std::hint::{assert_unchecked, black_box, unreachable_unchecked};
use std::time::{Duration, Instant};

#[cfg(not(feature = "stretched"))]
pub use std::hint::spin_loop;

#[cfg(feature = "stretched")]
pub use stretched::{spin_loop, stretch};

// ANCHOR: spin_for
/// Keeps the processor for about `duration`, and gives hints.
///
/// How long one hint takes differs by more than ten times between processors, so so many hints are no time. The clock is: it is
/// looked at after every hint. A pause takes at least one hint and two looks at the clock, however short it should be.
///
/// In a model no time passes: it is one [`spin_loop`].
pub fn spin_for(duration: Duration) {
    let start = Instant::now();
    loop {
        spin_loop();
        if start.elapsed() >= duration {
            return;
        }
    }
}
// ANCHOR_END: spin_for

/// Hints of another length, for a benchmark that asks whether a lock depends on it.
#[cfg(feature = "stretched")]
mod stretched {
    use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

    /// How many of std's hints are one.
    static STRETCH: AtomicU32 = AtomicU32::new(1);

    /// From now on each hint is as long as `times` of std's; none at all if that is 0.
    pub fn stretch(times: u32) {
        // Relaxed: nothing is ordered by it.
        STRETCH.store(times, Relaxed);
    }

    /// A hint of the length that [`stretch`] has set.
    #[inline]
    pub fn spin_loop() {
        // Relaxed: nothing is ordered by it.
        for _ in 0..STRETCH.load(Relaxed) {
            std::hint::spin_loop();
        }
    }
}
