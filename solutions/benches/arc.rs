//! Chapter 6's `Arc`s beside std's and triomphe's: what it costs to clone a handle and to drop the clone.
//!
//! `ci/speed/run` keeps the results and makes the book's tables of them. For a look: `cargo bench -p solutions --bench arc`.

use solutions::ch06_arc::{arc_basic, arc_optimised, arc_weak};
use speed::measure::{Bench, Meter};
use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{
    AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
    fence,
};
use std::thread;
use std::time::{Duration, Instant};

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

/// Clones a handle and drops the clone, in so many threads.
fn one<A: Clone + Send>(meter: &mut Meter, arc: &A, threads: usize) {
    meter.custom(|often| match threads {
        1 => alone(arc, often),
        _ => together(arc, threads, often),
    });
}

fn clone_and_drop(bench: &mut Bench) {
    for threads in THREADS {
        bench.row(
            &format!("clone {threads}"),
            &[
                ("std", &|meter| one(meter, &std::sync::Arc::new(Apart(0)), threads)),
                ("triomphe", &|meter| one(meter, &triomphe::Arc::new(Apart(0)), threads)),
                ("arc_basic", &|meter| one(meter, &arc_basic::Arc::new(Apart(0)), threads)),
                ("arc_weak", &|meter| one(meter, &arc_weak::Arc::new(Apart(0)), threads)),
                ("arc_optimised", &|meter| one(meter, &arc_optimised::Arc::new(Apart(0)), threads)),
            ],
        );
    }
}

/// What `drop` does with its counter, three ways. The count is `count` before.
fn decrements(bench: &mut Bench) {
    for (count, name) in [(2, "another"), (1, "last")] {
        let one = |meter: &mut Meter, decrement: fn(&AtomicUsize) -> bool| {
            let counter = AtomicUsize::new(count);
            meter.each(|| {
                black_box(decrement(black_box(&counter)));
                // Relaxed: one thread.
                counter.store(count, Relaxed);
            });
        };
        bench.row(
            &format!("decrement {name}"),
            &[
                ("fence", &|meter| {
                    one(meter, |counter| {
                        let last = counter.fetch_sub(1, Release) == 1;
                        if last {
                            fence(Acquire);
                        }
                        last
                    });
                }),
                ("load", &|meter| {
                    one(meter, |counter| {
                        let last = counter.fetch_sub(1, Release) == 1;
                        if last {
                            black_box(counter.load(Acquire));
                        }
                        last
                    });
                }),
                ("acq_rel", &|meter| one(meter, |counter| counter.fetch_sub(1, AcqRel) == 1)),
            ],
        );
    }
}

fn main() {
    let mut bench = Bench::new("arc");
    clone_and_drop(&mut bench);
    decrements(&mut bench);
    bench.finish();
}
