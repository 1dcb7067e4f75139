//! A counter in parts: threads add to different cache lines, and whoever wants the sum reads them all.
//!
//! Known as a sharded, striped or split counter (Dice, Lev and Moir, "Scalable Statistics Counters", SPAA 2013).
//!
//! # Invariant
//!
//! 1. The total is the sum of the shards. Each only grows.

use reference::ch07_processor::cache_padding::CachePadded;
use sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

/// A counter of `N` parts, one or more. Wraps around.
#[derive(Debug)]
pub struct ShardedCounter<const N: usize> {
    shards: [CachePadded<AtomicU64>; N],
    /// How many handles there have been.
    handles: AtomicUsize,
}

impl<const N: usize> Default for ShardedCounter<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> ShardedCounter<N> {
    /// A counter at zero.
    pub const fn new() -> Self {
        Self {
            shards: [const { CachePadded::new(AtomicU64::new(0)) }; N],
            handles: AtomicUsize::new(0),
        }
    }

    /// What a thread adds through. The first `N` handles have a shard each; later ones share them evenly.
    pub fn handle(&self) -> Handle<'_> {
        // Relaxed: the numbers must differ, and order nothing.
        let number = self.handles.fetch_add(1, Relaxed);
        Handle { shard: &self.shards[number % N] }
    }

    /// The sum of the shards. While others add it is none that the counter ever had, perhaps: see the five promises.
    pub fn sum(&self) -> u64 {
        // Relaxed: what happened before this call is seen whatever the ordering, and more is not promised.
        self.shards.iter().fold(0, |sum, shard| sum.wrapping_add(shard.load(Relaxed)))
    }
}

/// Where one thread adds.
#[derive(Debug)]
pub struct Handle<'a> {
    shard: &'a AtomicU64,
}

impl<'a> Handle<'a> {
    /// Adds to the counter. One operation, on the handle's own shard.
    pub fn add(&self, more: u64) {
        // A read-modify-write, for others may have the same shard. Relaxed: publishes nothing but the number.
        self.shard.fetch_add(more, Relaxed);
    }

    /// The shard, for those who want to see where it is.
    pub fn shard(&self) -> &'a AtomicU64 {
        self.shard
    }
}

/// Is every addition in the sum that happened before the call of `sum`?
pub fn sum_has_what_happened_before() -> bool {
    // Of each shard a load cannot give an older value than one that happens before it.
    true
}

/// Is the sum free of additions that happen after the return of `sum`?
pub fn sum_has_nothing_that_happens_after() -> bool {
    // A load cannot read from a write that happens after it.
    true
}

/// If a thread calls `sum` twice, is the second at least the first?
pub fn sums_of_one_thread_never_go_down() -> bool {
    // Each shard only grows, and of each the second load gives no older value than the first.
    true
}

/// Was the sum the total of the counter at some moment?
pub fn sum_was_the_total_at_some_moment() -> bool {
    // The first shard may be read before an addition to it, and the second after a later one.
    false
}

/// If two threads call `sum` at the same time, is it impossible that each of them lacks an addition that the other
/// one has?
pub fn sums_at_the_same_time_agree() -> bool {
    // They may read the shards at different times: the one sees the first addition and not yet the second, the other the reverse.
    false
}
