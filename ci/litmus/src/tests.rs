//! Litmus tests for real threads.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::{AtomicU32, fence};

/// A variable with a cache line of its own: two, for processors fetch lines in pairs.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct Line(pub AtomicU32);

/// What the threads of one run share. Zero at the start.
#[derive(Debug, Default)]
pub struct Cells {
    /// A variable.
    pub x: Line,
    /// Another one.
    pub y: Line,
    /// What each thread has read, two numbers at most.
    pub seen: [[Line; 2]; 4],
}

/// What a thread does; the numbers that it has read.
pub type Thread = fn(&AtomicU32, &AtomicU32) -> [u32; 2];

/// A litmus test.
#[derive(Clone, Copy, Debug)]
pub struct Test {
    /// Its name.
    pub name: &'static str,
    /// What the outcome is, in words.
    pub outcome: &'static str,
    /// Its threads.
    pub threads: &'static [Thread],
    /// Is this the outcome? From what the threads have read, and what `x` and `y` are at the end.
    pub is_weak: fn(&[[u32; 2]; 4], u32, u32) -> bool,
    /// Its name in the data, which says which models allow the outcome.
    pub program: &'static str,
}

/// All tests, in the order of the book.
pub const TESTS: &[Test] = &[
    Test {
        name: "MP, Relaxed",
        outcome: "the flag without the message",
        threads: &[
            |x, y| {
                x.store(1, Relaxed);
                y.store(1, Relaxed);
                [0, 0]
            },
            |x, y| [y.load(Relaxed), x.load(Relaxed)],
        ],
        is_weak: |seen, _, _| seen[1] == [1, 0],
        program: "MP+rlx-rlx+rlx-rlx",
    },
    Test {
        name: "SB, Relaxed",
        outcome: "both miss each other",
        threads: &[
            |x, y| {
                x.store(1, Relaxed);
                [y.load(Relaxed), 0]
            },
            |x, y| {
                y.store(1, Relaxed);
                [x.load(Relaxed), 0]
            },
        ],
        is_weak: |seen, _, _| seen[0][0] == 0 && seen[1][0] == 0,
        program: "SB+rlx-rlx+rlx-rlx",
    },
    Test {
        name: "SB, Release and Acquire",
        outcome: "both miss each other",
        threads: &[
            |x, y| {
                x.store(1, Release);
                [y.load(Acquire), 0]
            },
            |x, y| {
                y.store(1, Release);
                [x.load(Acquire), 0]
            },
        ],
        is_weak: |seen, _, _| seen[0][0] == 0 && seen[1][0] == 0,
        program: "SB+rel-acq+rel-acq",
    },
    Test {
        name: "SB, one SeqCst fence",
        outcome: "both miss each other",
        threads: &[
            |x, y| {
                x.store(1, Relaxed);
                fence(SeqCst);
                [y.load(Relaxed), 0]
            },
            |x, y| {
                y.store(1, Relaxed);
                [x.load(Relaxed), 0]
            },
        ],
        is_weak: |seen, _, _| seen[0][0] == 0 && seen[1][0] == 0,
        program: "SB+rlx-Fsc-rlx+rlx-rlx",
    },
    Test {
        name: "SB, SeqCst",
        outcome: "both miss each other",
        threads: &[
            |x, y| {
                x.store(1, SeqCst);
                [y.load(SeqCst), 0]
            },
            |x, y| {
                y.store(1, SeqCst);
                [x.load(SeqCst), 0]
            },
        ],
        is_weak: |seen, _, _| seen[0][0] == 0 && seen[1][0] == 0,
        program: "SB+sc-sc+sc-sc",
    },
    Test {
        name: "LB, Relaxed",
        outcome: "each reads the other's later store",
        threads: &[
            |x, y| {
                let seen = x.load(Relaxed);
                y.store(1, Relaxed);
                [seen, 0]
            },
            |x, y| {
                let seen = y.load(Relaxed);
                x.store(1, Relaxed);
                [seen, 0]
            },
        ],
        is_weak: |seen, _, _| seen[0][0] == 1 && seen[1][0] == 1,
        program: "LB+rlx-rlx+rlx-rlx",
    },
    Test {
        name: "WRC, Relaxed",
        outcome: "what was passed on is missed",
        threads: &[
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
        ],
        is_weak: |seen, _, _| seen[1][0] == 1 && seen[2] == [1, 0],
        program: "WRC+rlx+rlx-rlx+rlx-rlx",
    },
    Test {
        name: "IRIW, Relaxed",
        outcome: "two readers disagree about the order",
        threads: &[
            |x, _| {
                x.store(1, Relaxed);
                [0, 0]
            },
            |x, y| [x.load(Relaxed), y.load(Relaxed)],
            |_, y| {
                y.store(1, Relaxed);
                [0, 0]
            },
            |x, y| [y.load(Relaxed), x.load(Relaxed)],
        ],
        is_weak: |seen, _, _| seen[1] == [1, 0] && seen[3] == [1, 0],
        program: "IRIW+rlx+rlx-rlx+rlx+rlx-rlx",
    },
    Test {
        name: "2+2W, Relaxed",
        outcome: "both first stores are last",
        threads: &[
            |x, y| {
                x.store(2, Relaxed);
                y.store(1, Relaxed);
                [0, 0]
            },
            |x, y| {
                y.store(2, Relaxed);
                x.store(1, Relaxed);
                [0, 0]
            },
        ],
        is_weak: |_, x, y| x == 2 && y == 2,
        program: "2+2W+rlx-rlx+rlx-rlx",
    },
    Test {
        name: "CoRR, Relaxed",
        outcome: "the new value, then the old one",
        threads: &[
            |x, _| {
                x.store(1, Relaxed);
                [0, 0]
            },
            |x, _| [x.load(Relaxed), x.load(Relaxed)],
        ],
        is_weak: |seen, _, _| seen[1] == [1, 0],
        program: "CoRR+rlx+rlx-rlx",
    },
    Test {
        name: "RS, a Relaxed read-modify-write in between",
        outcome: "the number without the message",
        threads: &[
            |x, y| {
                x.store(1, Relaxed);
                y.store(1, Release);
                [0, 0]
            },
            |_, y| [y.fetch_add(1, Relaxed), 0],
            |x, y| [y.load(Acquire), x.load(Relaxed)],
        ],
        is_weak: |seen, _, _| seen[1][0] == 1 && seen[2] == [2, 0],
        program: "RSrmw+rlx-rel+Arlx+acq-rlx",
    },
];
