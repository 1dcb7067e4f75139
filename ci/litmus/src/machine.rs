//! Runs litmus tests on real threads, very often, and counts.
//!
//! The threads of a test meet before each run, so that they go at the same moment. What a machine shows in this way is possible
//! on it. What it does not show may be possible all the same.

use crate::tests::{Cells, Test};
use std::hint::spin_loop;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU32, AtomicUsize};
use std::time::{Duration, Instant};

/// Runs that are prepared together.
const BATCH: usize = 2_000;

/// Turns of waiting after which a thread lets others run. There may be more threads than processors.
const PATIENCE: u32 = 500;

/// How often the outcome of `test` was seen in at least `runs` runs, and in how many.
pub fn count(test: &Test, runs: usize) -> (usize, usize) {
    let (mut seen, mut done) = (0, 0);
    while done < runs {
        seen += batch(test);
        done += BATCH;
    }
    (seen, done)
}

fn batch(test: &Test) -> usize {
    let cells: Vec<Cells> = (0..BATCH).map(|_| Cells::default()).collect();
    let arrived = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for (number, thread) in test.threads.iter().enumerate() {
            let (cells, arrived) = (&cells, &arrived);
            scope.spawn(move || {
                for (run, cell) in cells.iter().enumerate() {
                    // Relaxed: the meeting keeps time, and orders nothing that is tested.
                    arrived.fetch_add(1, Relaxed);
                    wait(|| arrived.load(Relaxed) >= (run + 1) * test.threads.len());
                    let seen = thread(&cell.x.0, &cell.y.0);
                    for (place, value) in cell.seen[number].iter().zip(seen) {
                        // Relaxed: the end of the thread publishes it.
                        place.0.store(value, Relaxed);
                    }
                }
            });
        }
    });
    // Relaxed: all threads have ended.
    let read = |line: &crate::tests::Line| line.0.load(Relaxed);
    let is_weak = |cell: &&Cells| {
        let seen = std::array::from_fn(|thread| {
            std::array::from_fn(|place| read(&cell.seen[thread][place]))
        });
        (test.is_weak)(&seen, read(&cell.x), read(&cell.y))
    };
    cells.iter().filter(is_weak).count()
}

fn wait(is_over: impl Fn() -> bool) {
    let mut turns = 0;
    while !is_over() {
        turns += 1;
        if turns % PATIENCE == 0 {
            std::thread::yield_now();
        }
        spin_loop();
    }
}

/// How long `rounds` round trips between two threads take: each waits for the other's number and stores the next one.
///
/// `strong`: with SeqCst, otherwise with Release and Acquire.
pub fn ping_pong(strong: bool, rounds: u32) -> Duration {
    use std::sync::atomic::Ordering::SeqCst;
    let (load, store) = if strong { (SeqCst, SeqCst) } else { (Acquire, Release) };
    let (ping, pong) = (AtomicU32::new(0), AtomicU32::new(0));
    let start = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 1..=rounds {
                wait(|| ping.load(load) == round);
                pong.store(round, store);
            }
        });
        for round in 1..=rounds {
            ping.store(round, store);
            wait(|| pong.load(load) == round);
        }
    });
    start.elapsed()
}
