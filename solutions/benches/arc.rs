//! Chapter 6's `Arc`s beside std's and triomphe's: what it costs to clone a handle and to drop the clone.
//!
//! `ci/arc_costs` runs it and writes the tables of the book. For a look: `cargo bench -p solutions --bench arc`.

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, SamplingMode};
use solutions::ch06_arc::{arc_basic, arc_optimised, arc_weak};
use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{
    AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
    fence,
};
use std::thread;
use std::time::{Duration, Instant};

/// Clones and drops in one iteration: enough that starting the threads does not count.
const ROUNDS: u64 = 1_000;

/// How often each has its turn. So a machine that grows busy does so to all of them.
const PASSES: usize = 15;

/// Data with which nothing else shares the cache lines of the counters: where the allocator puts them is not measured.
#[repr(align(128))]
struct Apart(#[expect(dead_code, reason = "only the counters are used")] u64);

/// How many threads share the data.
const THREADS: [usize; 4] = [1, 2, 4, 8];

/// The time in which each of `threads` threads has done it `rounds` times, all from one moment on.
fn together<A: Clone + Send>(arc: &A, threads: usize, rounds: u64) -> Duration {
    let start = Barrier::new(threads + 1);
    thread::scope(|scope| {
        for _ in 0..threads {
            let (mine, start) = (arc.clone(), &start);
            scope.spawn(move || {
                start.wait();
                for _ in 0..rounds {
                    // The handle is looked at each time: kept in a register by one and not by the other, the same
                    // two instructions meet at other moments.
                    drop(black_box(black_box(&mine).clone()));
                }
            });
        }
        start.wait();
        Instant::now()
    })
    .elapsed()
}

/// The same without another thread anywhere.
fn alone<A: Clone>(arc: &A, rounds: u64) -> Duration {
    let start = Instant::now();
    for _ in 0..rounds {
        drop(black_box(black_box(arc).clone()));
    }
    start.elapsed()
}

fn one<A: Clone + Send>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    arc: &A,
    threads: usize,
    pass: usize,
) {
    group.bench_function(BenchmarkId::new(format!("{name}/{threads}"), pass), |bench| {
        bench.iter_custom(|iterations| match threads {
            1 => alone(arc, iterations * ROUNDS),
            _ => together(arc, threads, iterations * ROUNDS),
        });
    });
}

fn clone_and_drop(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("arc");
    group.sampling_mode(SamplingMode::Flat).sample_size(10);
    for threads in THREADS {
        for pass in 0..PASSES {
            // Each pass begins with another one.
            for turn in 0..5 {
                match (pass + turn) % 5 {
                    0 => one(&mut group, "std", &std::sync::Arc::new(Apart(0)), threads, pass),
                    1 => one(&mut group, "triomphe", &triomphe::Arc::new(Apart(0)), threads, pass),
                    2 => {
                        one(&mut group, "arc_basic", &arc_basic::Arc::new(Apart(0)), threads, pass)
                    }
                    3 => one(&mut group, "arc_weak", &arc_weak::Arc::new(Apart(0)), threads, pass),
                    _ => one(
                        &mut group,
                        "arc_optimised",
                        &arc_optimised::Arc::new(Apart(0)),
                        threads,
                        pass,
                    ),
                }
            }
        }
    }
    group.finish();
}

/// What `drop` does with its counter, three ways. The count is `count` before.
fn decrements(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decrement");
    group.sampling_mode(SamplingMode::Flat).sample_size(20);
    for (count, name) in [(2, "another"), (1, "last")] {
        let counter = AtomicUsize::new(count);
        let mut one = |how: &str, decrement: fn(&AtomicUsize) -> bool| {
            group.bench_function(BenchmarkId::new(how, name), |bench| {
                bench.iter(|| {
                    for _ in 0..ROUNDS {
                        let last = decrement(black_box(&counter));
                        black_box(last);
                        // Relaxed: one thread.
                        counter.store(count, Relaxed);
                    }
                });
            });
        };
        one("fence", |counter| {
            let last = counter.fetch_sub(1, Release) == 1;
            if last {
                fence(Acquire);
            }
            last
        });
        one("load", |counter| {
            let last = counter.fetch_sub(1, Release) == 1;
            if last {
                black_box(counter.load(Acquire));
            }
            last
        });
        one("acq_rel", |counter| counter.fetch_sub(1, AcqRel) == 1);
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    clone_and_drop(&mut criterion);
    decrements(&mut criterion);
    criterion.final_summary();
}
