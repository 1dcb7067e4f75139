//! Store buffering on a real machine: two threads each store to a variable and load the other's, again and again.
//!
//! # Invariants
//!
//! 1. Each round has a pair of variables of its own, zero at the start.
//! 2. A side begins a round when the other one has ended the round before.

use reference::ch07_processor::cache_padding::CachePadded;
use sync::atomic::{
    AtomicU32, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::{hint, thread};

/// The two variables, in lines of their own. In one line, the store would wait for the very line that the load wants: the core that
/// gets it does both, and the other comes after.
#[derive(Debug, Default)]
pub struct Pair {
    x: CachePadded<AtomicU32>,
    y: CachePadded<AtomicU32>,
}

impl Pair {
    /// `x` and `y`.
    pub fn variables(&self) -> [&AtomicU32; 2] {
        [&self.x, &self.y]
    }
}

/// Stores 1 in `x`, and returns what is in `y`.
pub fn left(pair: &Pair) -> u32 {
    // Relaxed, both: an ordering could only keep the load behind the store. Nothing stands in between.
    pair.x.store(1, Relaxed);
    pair.y.load(Relaxed)
}

/// Stores 1 in `y`, and returns what is in `x`.
pub fn right(pair: &Pair) -> u32 {
    // Relaxed, both: as in `left`.
    pair.y.store(1, Relaxed);
    pair.x.load(Relaxed)
}

/// How often the sides returned (0, 0), (0, 1), (1, 0), (1, 1).
pub type Counts = [usize; 4];

/// Where the two threads wait for each other.
#[derive(Debug, Default)]
struct Gate {
    arrived: CachePadded<AtomicUsize>,
}

impl Gate {
    /// Returns when both threads have called it for this round: 0, 1, 2, …
    fn pass(&self, round: usize) {
        // Release: pairs with the Acquire below. What this thread did in the round before happens before the other's next one.
        self.arrived.fetch_add(1, Release);
        // Acquire: pairs with the Release above.
        while self.arrived.load(Acquire) < 2 * (round + 1) {
            hint::spin_loop();
        }
    }
}

/// Runs both sides this many times, each time on a new pair and at the same time, and counts what they return.
///
/// Two threads run all rounds. Before each they wait for each other, so that they start together.
pub fn run(
    rounds: usize,
    left: impl Fn(&Pair) -> u32 + Send + Sync,
    right: impl Fn(&Pair) -> u32 + Send + Sync,
) -> Counts {
    let pairs: Vec<Pair> = (0..rounds).map(|_| Pair::default()).collect();
    let gate = Gate::default();
    let all = |side: &dyn Fn(&Pair) -> u32| -> Vec<u32> {
        let one = |(round, pair)| {
            gate.pass(round);
            side(pair)
        };
        pairs.iter().enumerate().map(one).collect()
    };
    let (lefts, rights) = thread::scope(|scope| {
        let lefts = scope.spawn(|| all(&left));
        let rights = all(&right);
        (lefts.join().expect("a side does not panic"), rights)
    });
    let mut counts = [0; 4];
    for (left, right) in lefts.into_iter().zip(rights) {
        counts[(2 * left + right) as usize] += 1;
    }
    counts
}
