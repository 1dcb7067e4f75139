//! What `ch03_memory_ordering/predict_sb` must do.

use super::subject;
use super::sync::{
    atomic::{
        AtomicU32,
        Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst},
        fence,
    },
    thread,
};
use grader::Check;
use prediction::{Outcome, Program, judge};
use std::sync::Arc;

#[path = "litmus/prediction.rs"]
mod prediction;

/// In the order in which they are run. The models know all outcomes; a machine shows some.
pub const CHECKS: &[Check] = &[
    Check::counted("outcomes_of_relaxed_are_predicted", || judge(&RELAXED, subject::relaxed())),
    Check::counted("outcomes_of_release_acquire_are_predicted", || {
        judge(&RELEASE_ACQUIRE, subject::release_acquire());
    }),
    Check::counted("outcomes_of_sequentially_consistent_are_predicted", || {
        judge(&SEQUENTIALLY_CONSISTENT, subject::sequentially_consistent());
    }),
    Check::counted("outcomes_of_one_side_are_predicted", || {
        judge(&ONE_SIDE, subject::one_side());
    }),
    Check::counted("outcomes_of_stores_only_are_predicted", || {
        judge(&STORES_ONLY, subject::stores_only());
    }),
    Check::counted("outcomes_of_two_fences_are_predicted", || {
        judge(&TWO_FENCES, subject::two_fences());
    }),
    Check::counted("outcomes_of_one_fence_are_predicted", || {
        judge(&ONE_FENCE, subject::one_fence());
    }),
    Check::counted("outcomes_of_swap_then_load_are_predicted", || {
        judge(&SWAP_THEN_LOAD, subject::swap_then_load());
    }),
    Check::counted("outcomes_of_all_read_modify_write_are_predicted", || {
        judge(&ALL_READ_MODIFY_WRITE, subject::all_read_modify_write());
    }),
];

/// What both threads see. Zero at the start.
#[derive(Default)]
struct Cells {
    x: AtomicU32,
    y: AtomicU32,
}

/// This thread does `left`, another `right`; what the two loads gave.
fn both(left: fn(&Cells) -> u32, right: fn(&Cells) -> u32) -> Outcome {
    let cells = Arc::new(Cells::default());
    let theirs = cells.clone();
    let other = thread::spawn(move || right(&theirs));
    let left = left(&cells);
    (left, other.join().unwrap())
}

const fn program(name: &'static str, run: fn() -> Outcome, why: &'static str) -> Program {
    Program { name, numbers: "(left, right)", run, weak: (0, 0), why }
}

// The operations below are the questions: what their orderings do is for the reader to say.

static RELAXED: Program = program(
    "relaxed",
    || {
        both(
            |Cells { x, y }| {
                x.store(1, Relaxed);
                y.load(Relaxed)
            },
            |Cells { x, y }| {
                y.store(1, Relaxed);
                x.load(Relaxed)
            },
        )
    },
    "Each store may still be on its way, in a store buffer say, while the load behind it is done: the two are of different \
     variables, and nothing orders them for anybody else.",
);

static RELEASE_ACQUIRE: Program = program(
    "release_acquire",
    || {
        both(
            |Cells { x, y }| {
                x.store(1, Release);
                y.load(Acquire)
            },
            |Cells { x, y }| {
                y.store(1, Release);
                x.load(Acquire)
            },
        )
    },
    "Release keeps what is before it, Acquire what is behind it: neither keeps a store in front of a later load. And both loads \
     read the initial value, so no load reads a store and nothing synchronizes.",
);

static SEQUENTIALLY_CONSISTENT: Program = program(
    "sequentially_consistent",
    || {
        both(
            |Cells { x, y }| {
                x.store(1, SeqCst);
                y.load(SeqCst)
            },
            |Cells { x, y }| {
                y.store(1, SeqCst);
                x.load(SeqCst)
            },
        )
    },
    "The four operations stand in one order that all threads agree on and that keeps each thread's own. One of the two stores \
     is first in it; then the other thread's load comes after it and reads it.",
);

static ONE_SIDE: Program = program(
    "one_side",
    || {
        both(
            |Cells { x, y }| {
                x.store(1, SeqCst);
                y.load(SeqCst)
            },
            |Cells { x, y }| {
                y.store(1, Release);
                x.load(Acquire)
            },
        )
    },
    "The one order is of SeqCst operations only. The right thread has none, so its store and its load are in no order with the \
     left one's.",
);

static STORES_ONLY: Program = program(
    "stores_only",
    || {
        both(
            |Cells { x, y }| {
                x.store(1, SeqCst);
                y.load(Acquire)
            },
            |Cells { x, y }| {
                y.store(1, SeqCst);
                x.load(Acquire)
            },
        )
    },
    "The stores are in the one order, the loads are not: a SeqCst store is no fence, and a weaker load may be done before it. An \
     x86 never shows this, since its SeqCst store waits; an Armv8 whose acquire loads are `ldapr` may.",
);

static TWO_FENCES: Program = program(
    "two_fences",
    || {
        both(
            |Cells { x, y }| {
                x.store(1, Relaxed);
                fence(SeqCst);
                y.load(Relaxed)
            },
            |Cells { x, y }| {
                y.store(1, Relaxed);
                fence(SeqCst);
                x.load(Relaxed)
            },
        )
    },
    "One of the two fences is first in the order of SeqCst operations. What its thread stored before it cannot be missed by a \
     load behind the other fence.",
);

static ONE_FENCE: Program = program(
    "one_fence",
    || {
        both(
            |Cells { x, y }| {
                x.store(1, Relaxed);
                fence(SeqCst);
                y.load(Relaxed)
            },
            |Cells { x, y }| {
                y.store(1, Relaxed);
                x.load(Relaxed)
            },
        )
    },
    "A fence orders its own thread. The right thread has none, so its load may be done before its store is seen, whatever the \
     left one does.",
);

static SWAP_THEN_LOAD: Program = program(
    "swap_then_load",
    || {
        both(
            |Cells { x, y }| {
                x.swap(1, SeqCst);
                y.load(Relaxed)
            },
            |Cells { x, y }| {
                y.swap(1, SeqCst);
                x.load(Relaxed)
            },
        )
    },
    "A read-modify-write is one step for its own variable. For another variable it is no fence, and Relaxed loads stand in no \
     order. An x86 never shows this, since its `xchg` is a full barrier; a processor with load-linked and store-conditional may.",
);

static ALL_READ_MODIFY_WRITE: Program = program(
    "all_read_modify_write",
    || {
        both(
            |Cells { x, y }| {
                x.swap(1, AcqRel);
                y.fetch_add(0, AcqRel)
            },
            |Cells { x, y }| {
                y.swap(1, AcqRel);
                x.fetch_add(0, AcqRel)
            },
        )
    },
    "If the left `fetch_add` finds 0, it comes before the right `swap` in the order of writes to `y`, and that `swap` reads it: \
     they synchronize. So the left `swap` of `x` happens before the right `fetch_add`, which must see it.",
);
