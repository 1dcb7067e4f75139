//! Threads that live as long as a measurement, and start together.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Barrier, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Calls `body` with a function that lets each of `threads` threads do its `work` once. That one returns the time from the
/// first beginning to the last end.
pub fn with<R>(
    threads: usize,
    work: impl Fn(usize) + Sync,
    body: impl FnOnce(&mut dyn FnMut() -> Duration) -> R,
) -> R {
    let (start, finish) = (Barrier::new(threads + 1), Barrier::new(threads + 1));
    // Relaxed: the barrier orders it.
    let over = AtomicBool::new(false);
    let times = Mutex::new(Vec::with_capacity(threads));
    thread::scope(|scope| {
        for index in 0..threads {
            let (start, finish, over, times, work) = (&start, &finish, &over, &times, &work);
            scope.spawn(move || {
                loop {
                    start.wait();
                    if over.load(Relaxed) {
                        return;
                    }
                    let begin = Instant::now();
                    work(index);
                    let end = Instant::now();
                    times.lock().unwrap_or_else(PoisonError::into_inner).push((begin, end));
                    finish.wait();
                }
            });
        }
        let result = body(&mut || {
            start.wait();
            finish.wait();
            let mut times = times.lock().unwrap_or_else(PoisonError::into_inner);
            let begin = times.iter().map(|time| time.0).min().expect("a team has threads");
            let end = times.iter().map(|time| time.1).max().expect("a team has threads");
            times.clear();
            end - begin
        });
        over.store(true, Relaxed);
        start.wait();
        result
    })
}

/// A lock with nobody else's data in its cache lines.
#[repr(align(128))]
pub struct Apart<T>(pub T);

/// What a critical section does, and what a thread does between two of them.
#[derive(Clone, Copy)]
pub struct Case {
    /// As it is called in the tables.
    pub name: &'static str,
    /// Turns of a loop, each some four cycles, inside the lock and as many outside.
    pub turns: u32,
}

/// Nothing but the count; some ten nanoseconds; about a microsecond.
pub const CASES: [Case; 3] = [
    Case { name: "empty", turns: 0 },
    Case { name: "short", turns: 10 },
    Case { name: "long", turns: 1000 },
];

impl Case {
    /// Works for a while, on nothing that others have.
    #[inline]
    pub fn work(self) {
        let mut product = self.turns;
        for _ in 0..self.turns {
            // Each multiplication needs the result of the one before.
            product = product.wrapping_mul(0x9E37_79B1) ^ 1;
        }
        black_box(product);
    }
}
