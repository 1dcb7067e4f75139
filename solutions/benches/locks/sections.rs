//! Critical sections of a mutex, whoever's it is.

use crate::peers::Exclusive;
use crate::team::{self, Apart, Case};
use speed::measure::Meter;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

/// Each thread looks at the clock after so many sections.
pub const LOOK: u64 = 64;

/// Lock, add one, unlock, by one thread.
pub fn alone<L: Exclusive>(meter: &mut Meter) {
    let lock = Apart(L::new(0));
    meter.each(|| black_box(&lock).0.with(|left| *left += 1));
}

/// Measures critical sections of all threads together, until so many have been done, or it takes too long.
pub fn together<L: Exclusive>(meter: &mut Meter, threads: usize, case: Case) {
    let lock = Apart(L::new(0));
    let limit = meter.limit();
    // Relaxed, also below: the end of the run orders it.
    let undone = AtomicU64::new(0);
    // Whoever finds nothing left has done its part. So no thread works on alone when the others have finished.
    let work = |_| {
        let start = Instant::now();
        let mut sections = 0_u64;
        while lock.0.with(|left| {
            case.work();
            let goes_on = *left > 0;
            *left = left.saturating_sub(1);
            goes_on
        }) {
            case.work();
            sections += 1;
            if sections.is_multiple_of(LOOK) && start.elapsed() > limit {
                lock.0.with(|left| undone.fetch_add(std::mem::take(left), Relaxed));
            }
        }
    };
    team::with(threads, work, |run| {
        meter.custom(|iterations| {
            lock.0.with(|left| *left = iterations);
            let time = run();
            let done = iterations - undone.swap(0, Relaxed);
            time.mul_f64(iterations as f64 / done.max(1) as f64)
        });
    });
}
