//! Several cores and one word, for the model checker. Every store has a number of its own beside the value, so that an exclusive
//! store notices each other store, also of the same value.

use super::super::super::subject::Core;
use super::super::super::sync::atomic::{
    AtomicU64,
    Ordering::{self, Acquire, Relaxed, Release, SeqCst},
};
use grader::Shared;

/// In a timeline, 32001 is the value 1, stored by core 2 in its store number 3.
const VALUES: u64 = 1_000;
const CORES: u64 = 10;

/// The word.
pub type Word = Shared<AtomicU64>;

/// A word that is zero.
pub fn word() -> Word {
    Shared::new(AtomicU64::new(0))
}

/// One core.
pub struct Watching {
    word: Word,
    id: u64,
    stores: u64,
    /// What it has loaded, while it watches.
    seen: Option<u64>,
}

impl Watching {
    /// Core `id` of this word: 1, 2, 3.
    pub fn new(word: &Word, id: u64) -> Self {
        Self { word: word.clone(), id, stores: 0, seen: None }
    }

    /// Any load, for checks.
    pub fn value(&self) -> u32 {
        // Relaxed: all threads have ended.
        (self.word.load(Relaxed) % VALUES) as u32
    }

    /// `value`, with a number that no other store has.
    fn tagged(&mut self, value: u32) -> u64 {
        self.stores += 1;
        (self.stores * CORES + self.id) * VALUES + u64::from(value) % VALUES
    }
}

/// What a load is asked for: there is no instruction that is more than `ldaxr`.
fn of_a_load(order: Ordering) -> Ordering {
    if order == SeqCst { Acquire } else { order }
}

/// What a store is asked for: `stlxr` and `stlr` publish, and learn nothing, where a compare-exchange with `SeqCst` would.
fn of_a_store(order: Ordering) -> Ordering {
    if order == SeqCst { Release } else { order }
}

impl Core for Watching {
    #[track_caller]
    fn load_exclusive(&mut self, order: Ordering) -> u32 {
        let seen = self.word.load(of_a_load(order));
        self.seen = Some(seen);
        (seen % VALUES) as u32
    }

    #[track_caller]
    fn store_exclusive(&mut self, value: u32, order: Ordering) -> bool {
        let (new, order) = (self.tagged(value), of_a_store(order));
        let seen = self.seen.take();
        // No closure: a timeline shows who calls this.
        match seen {
            Some(seen) => self.word.compare_exchange_weak(seen, new, order, Relaxed).is_ok(),
            None => false,
        }
    }

    fn clear_exclusive(&mut self) {
        self.seen = None;
    }

    #[track_caller]
    fn store(&mut self, value: u32, order: Ordering) {
        self.seen = None;
        let new = self.tagged(value);
        self.word.store(new, of_a_store(order));
    }
}
