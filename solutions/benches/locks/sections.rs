//! Critical sections of a mutex, whoever's it is.

use crate::peers::{Exclusive, Left};
use crate::team::{self, Apart, Case};
use speed::measure::Meter;
use std::hint::black_box;

/// Lock, add one, unlock, by one thread.
pub fn alone<L: Exclusive>(meter: &mut Meter) {
    let lock = Apart(L::new(0));
    meter.each(|| black_box(&lock).0.with(|left| *left += 1));
}

/// Measures critical sections of all threads together, until so many have been done.
pub fn together<L: Exclusive>(meter: &mut Meter, threads: usize, case: Case) {
    let lock = Apart(L::new(0));
    // Whoever finds nothing left has done its part. So no thread works on alone when the others have finished.
    let work = |_| {
        while lock.0.with(|left| {
            case.work();
            let goes_on = *left > 0;
            *left = left.saturating_sub(1);
            goes_on
        }) {
            case.work();
        }
    };
    team::with(threads, work, |run| {
        meter.custom(|iterations| {
            lock.0.with(|left: &mut Left| *left = iterations);
            run()
        });
    });
}
