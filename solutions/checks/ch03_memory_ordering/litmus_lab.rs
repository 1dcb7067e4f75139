//! What `ch03_memory_ordering/litmus_lab` must do.

use super::subject;
use super::sync::{
    self,
    atomic::{
        AtomicU32,
        Ordering::{Acquire, Relaxed, Release, SeqCst},
    },
    thread,
};
use grader::Check;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// In the order in which they are run. The models know all outcomes; a machine shows some.
pub const CHECKS: &[Check] = &[
    Check::counted("load_buffering_is_predicted", || {
        judge(&LOAD_BUFFERING, subject::load_buffering())
    }),
    Check::counted("load_buffering_release_acquire_is_predicted", || {
        judge(&LOAD_BUFFERING_RELEASE_ACQUIRE, subject::load_buffering_release_acquire())
    }),
    Check::counted("out_of_thin_air_is_predicted", || {
        judge(&OUT_OF_THIN_AIR, subject::out_of_thin_air())
    }),
    Check::counted("causality_relaxed_is_predicted", || {
        judge(&CAUSALITY_RELAXED, subject::causality_relaxed())
    }),
    Check::counted("causality_release_acquire_is_predicted", || {
        judge(&CAUSALITY_RELEASE_ACQUIRE, subject::causality_release_acquire())
    }),
    Check::counted("independent_reads_release_acquire_is_predicted", || {
        judge(&INDEPENDENT_READS_RELEASE_ACQUIRE, subject::independent_reads_release_acquire())
    }),
    Check::counted("independent_reads_sequentially_consistent_is_predicted", || {
        judge(
            &INDEPENDENT_READS_SEQUENTIALLY_CONSISTENT,
            subject::independent_reads_sequentially_consistent(),
        )
    }),
    Check::counted("two_writers_release_is_predicted", || {
        judge(&TWO_WRITERS_RELEASE, subject::two_writers_release())
    }),
    Check::counted("two_writers_sequentially_consistent_is_predicted", || {
        judge(&TWO_WRITERS_SEQUENTIALLY_CONSISTENT, subject::two_writers_sequentially_consistent())
    }),
    Check::counted("one_variable_relaxed_is_predicted", || {
        judge(&ONE_VARIABLE_RELAXED, subject::one_variable_relaxed())
    }),
    Check::counted("release_sequence_is_predicted", || {
        judge(&RELEASE_SEQUENCE, subject::release_sequence())
    }),
    Check::counted("own_relaxed_store_is_predicted", || {
        judge(&OWN_RELAXED_STORE, subject::own_relaxed_store())
    }),
];

/// A program and its question.
struct Test {
    name: &'static str,
    /// Runs once; did it end in the way that the question is about?
    run: fn() -> bool,
    /// Why it can, or cannot.
    why: &'static str,
}

/// How a program has ended.
struct End<const N: usize> {
    /// What each thread has read.
    seen: [[u32; 2]; N],
    x: u32,
    y: u32,
}

type Thread = fn(&AtomicU32, &AtomicU32) -> [u32; 2];

fn go<const N: usize>(threads: [Thread; N]) -> End<N> {
    let cells = Arc::new((AtomicU32::new(0), AtomicU32::new(0)));
    let threads = threads.map(|thread| {
        let cells = cells.clone();
        thread::spawn(move || thread(&cells.0, &cells.1))
    });
    let seen = threads.map(|thread| thread.join().unwrap());
    // Relaxed: all threads have ended.
    End { seen, x: cells.0.load(Relaxed), y: cells.1.load(Relaxed) }
}

/// Can `run` end in that way? The flag is no part of the model.
fn can_happen(run: fn() -> bool) -> bool {
    let seen = Arc::new(AtomicBool::new(false));
    let sink = seen.clone();
    sync::model(move || {
        if run() {
            sink.store(true, Relaxed);
        }
    });
    seen.load(Relaxed)
}

fn judge(test: &'static Test, predicted: bool) {
    let Test { name, run, why } = *test;
    match (predicted, can_happen(run)) {
        (true, true) | (false, false) => {}
        (true, false) => panic!("{name}: you believe that it can happen, but it cannot.\n  {why}."),
        (false, true) => {
            // Once more, up to the execution that ends so.
            sync::model(move || {
                assert!(!run(), "{name}: you believe that it cannot happen, but it can.\n  {why}");
            });
        }
    }
}

// The operations below are the questions: what their orderings do is for the reader to say.

/// The checker's model keeps a load in front of later stores, so the program is run as a compiler may leave it: with the two
/// operations of each thread exchanged.
static LOAD_BUFFERING: Test = Test {
    name: "load_buffering",
    run: || {
        let end = go([
            |x, y| {
                y.store(1, Relaxed);
                [x.load(Relaxed), 0]
            },
            |x, y| {
                x.store(1, Relaxed);
                [y.load(Relaxed), 0]
            },
        ]);
        end.seen[0][0] == 1 && end.seen[1][0] == 1
    },
    why: "Nothing keeps a relaxed store behind an earlier relaxed load of another variable. The compiler may exchange the two, and then it is a plain interleaving. This is the program after that",
};

static LOAD_BUFFERING_RELEASE_ACQUIRE: Test = Test {
    name: "load_buffering_release_acquire",
    run: || {
        let end = go([
            |x, y| {
                let seen = x.load(Acquire);
                y.store(1, Release);
                [seen, 0]
            },
            |x, y| {
                let seen = y.load(Acquire);
                x.store(1, Release);
                [seen, 0]
            },
        ]);
        end.seen[0][0] == 1 && end.seen[1][0] == 1
    },
    why: "Each acquire load reads a release store, so the two synchronize, and every operation would happen before itself",
};

static OUT_OF_THIN_AIR: Test = Test {
    name: "out_of_thin_air",
    run: || {
        let end = go([
            |x, y| {
                let seen = x.load(Relaxed);
                y.store(seen, Relaxed);
                [seen, 0]
            },
            |x, y| {
                let seen = y.load(Relaxed);
                x.store(seen, Relaxed);
                [seen, 0]
            },
        ]);
        end.seen[0][0] == 1 && end.seen[1][0] == 1
    },
    why: "Each thread stores only what it has read. The 1 would have no origin: it would come out of thin air, and no compiler and no processor makes values up",
};

static CAUSALITY_RELAXED: Test = Test {
    name: "causality_relaxed",
    run: || {
        let end = go([
            |x, _| {
                x.store(1, Relaxed);
                [0, 0]
            },
            |x, y| {
                let seen = x.load(Relaxed);
                y.store(1, Relaxed);
                [seen, 0]
            },
            |x, y| [y.load(Relaxed), x.load(Relaxed)],
        ]);
        end.seen[1][0] == 1 && end.seen[2] == [1, 0]
    },
    why: "That the second thread has seen the store says nothing to the third: relaxed operations pass on a value and nothing besides",
};

static CAUSALITY_RELEASE_ACQUIRE: Test = Test {
    name: "causality_release_acquire",
    run: || {
        let end = go([
            |x, _| {
                x.store(1, Relaxed);
                [0, 0]
            },
            |x, y| {
                let seen = x.load(Acquire);
                y.store(1, Release);
                [seen, 0]
            },
            |x, y| [y.load(Acquire), x.load(Relaxed)],
        ]);
        end.seen[1][0] == 1 && end.seen[2] == [1, 0]
    },
    why: "The first load happens before the last, across the edge from `y.store` to `y.load`. They read one variable, and by coherence the later one does not read the older value",
};

static INDEPENDENT_READS_RELEASE_ACQUIRE: Test = Test {
    name: "independent_reads_release_acquire",
    run: || {
        let end = go([
            |x, _| {
                x.store(1, Release);
                [0, 0]
            },
            |x, y| [x.load(Acquire), y.load(Acquire)],
            |_, y| {
                y.store(1, Release);
                [0, 0]
            },
            |x, y| [y.load(Acquire), x.load(Acquire)],
        ]);
        end.seen[1] == [1, 0] && end.seen[3] == [1, 0]
    },
    why: "There are two edges, from each writer to its first reader, and neither says anything about the order of the two stores. Two readers may see them in different orders",
};

static INDEPENDENT_READS_SEQUENTIALLY_CONSISTENT: Test = Test {
    name: "independent_reads_sequentially_consistent",
    run: || {
        let end = go([
            |x, _| {
                x.store(1, SeqCst);
                [0, 0]
            },
            |x, y| [x.load(SeqCst), y.load(SeqCst)],
            |_, y| {
                y.store(1, SeqCst);
                [0, 0]
            },
            |x, y| [y.load(SeqCst), x.load(SeqCst)],
        ]);
        end.seen[1] == [1, 0] && end.seen[3] == [1, 0]
    },
    why: "All six operations stand in one order. One store is first in it, and whoever has seen the other one sees it too",
};

static TWO_WRITERS_RELEASE: Test = Test {
    name: "two_writers_release",
    run: || {
        let end = go([
            |x, y| {
                x.store(2, Release);
                y.store(1, Release);
                [0, 0]
            },
            |x, y| {
                y.store(2, Release);
                x.store(1, Release);
                [0, 0]
            },
        ]);
        end.x == 2 && end.y == 2
    },
    why: "Each variable has its modification order, and nothing relates the two: no load reads anything, so no release meets an acquire",
};

static TWO_WRITERS_SEQUENTIALLY_CONSISTENT: Test = Test {
    name: "two_writers_sequentially_consistent",
    run: || {
        let end = go([
            |x, y| {
                x.store(2, SeqCst);
                y.store(1, SeqCst);
                [0, 0]
            },
            |x, y| {
                y.store(2, SeqCst);
                x.store(1, SeqCst);
                [0, 0]
            },
        ]);
        end.x == 2 && end.y == 2
    },
    why: "All four stores stand in one order, and the modification orders agree with it. The last of them is the second store of its thread, and what it wrote stays",
};

static ONE_VARIABLE_RELAXED: Test = Test {
    name: "one_variable_relaxed",
    run: || {
        let end = go([
            |x, _| {
                x.store(1, Relaxed);
                [0, 0]
            },
            |x, _| [x.load(Relaxed), x.load(Relaxed)],
        ]);
        end.seen[1] == [1, 0]
    },
    why: "A variable has one modification order, and no thread reads it backwards, whatever the ordering",
};

static RELEASE_SEQUENCE: Test = Test {
    name: "release_sequence",
    run: || {
        let end = go([
            |x, y| {
                x.store(1, Relaxed);
                y.store(1, Release);
                [0, 0]
            },
            |_, y| [y.fetch_add(1, Relaxed), 0],
            |x, y| [y.load(Acquire), x.load(Relaxed)],
        ]);
        end.seen[1][0] == 1 && end.seen[2] == [2, 0]
    },
    why: "The read-modify-write continues the release sequence of the store, so the load synchronizes with the store, though it reads what another thread wrote",
};

static OWN_RELAXED_STORE: Test = Test {
    name: "own_relaxed_store",
    run: || {
        let end = go([
            |x, y| {
                x.store(1, Relaxed);
                y.store(1, Release);
                y.store(2, Relaxed);
                [0, 0]
            },
            |x, y| [y.load(Acquire), x.load(Relaxed)],
        ]);
        end.seen[1] == [2, 0]
    },
    why: "The load reads the second store, which is Relaxed and no read-modify-write: it does not belong to the release sequence of the first, though it is of the same thread",
};
