//! Store buffering on a real machine: two threads each store to a variable and load the other's, again and again.
//!
//! This program is complete, and it never shows what it is made for. Everything is in it that hides the outcome (0, 0). Find it,
//! take it out, and remove the `todo!`s. Then run it for real:
//!
//! ```console
//! $ cargo run --release -p litmus --example store_buffer
//! ```
//!
//! The book's page on this exercise: chapter 7, "Caught in the act".

// From the reference solution.
use reference::ch07_processor::cache_padding::CachePadded;
use sync::atomic::{
    AtomicU32, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release, SeqCst},
};
use sync::{Mutex, hint, thread};

/// The two variables.
#[derive(Debug, Default)]
pub struct Pair {
    x: AtomicU32,
    y: AtomicU32,
}

impl Pair {
    /// `x` and `y`.
    pub fn variables(&self) -> [&AtomicU32; 2] {
        [&self.x, &self.y]
    }
}

/// How many stores there have been.
static STORES: AtomicUsize = AtomicUsize::new(0);

/// Stores 1 in `x`, and returns what is in `y`.
pub fn left(pair: &Pair) -> u32 {
    // Two things keep the load after the store. Take them out, and this line.
    todo!();
    pair.x.store(1, SeqCst);
    STORES.fetch_add(1, Relaxed);
    pair.y.load(SeqCst)
}

/// Stores 1 in `y`, and returns what is in `x`.
pub fn right(pair: &Pair) -> u32 {
    // As in `left`.
    todo!();
    pair.y.store(1, SeqCst);
    STORES.fetch_add(1, Relaxed);
    pair.x.load(SeqCst)
}

/// How often the sides returned (0, 0), (0, 1), (1, 0), (1, 1).
pub type Counts = [usize; 4];

/// Where the two threads wait for each other. There is nothing wrong with it, and nobody uses it yet.
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
    // Starting a thread takes far longer than a side: these never meet. And if they did, one would wait.
    todo!();
    let mut counts = [0; 4];
    for _ in 0..rounds {
        let (pair, one_at_a_time) = (Pair::default(), Mutex::new(()));
        let (left, right) = thread::scope(|scope| {
            let other = scope.spawn(|| {
                let _guard = one_at_a_time.lock();
                left(&pair)
            });
            let right = {
                let _guard = one_at_a_time.lock();
                right(&pair)
            };
            (other.join().expect("a side does not panic"), right)
        });
        counts[(2 * left + right) as usize] += 1;
    }
    counts
}

#[test] // "Run test" in your editor grades this file, as `cargo test store_buffer_litmus` does.
fn grade() {}
