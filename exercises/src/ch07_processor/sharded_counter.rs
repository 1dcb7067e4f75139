//! A counter in parts: threads add to different cache lines, and whoever wants the sum reads them all.
//!
//! The book's page on this exercise: chapter 7, "A counter in parts".

// From the reference solution.
use reference::ch07_processor::cache_padding::CachePadded;
use sync::atomic::{AtomicU64, AtomicUsize, Ordering};

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
        todo!()
    }

    /// The sum of the shards. Stores to none of them.
    pub fn sum(&self) -> u64 {
        todo!()
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
        todo!()
    }

    /// The shard, for those who want to see where it is.
    pub fn shard(&self) -> &'a AtomicU64 {
        self.shard
    }
}

// What does `sum` promise while other threads add? Whatever you did above: these are about any counter of this kind.

/// Is every addition in the sum that happened before the call of `sum`?
pub fn sum_has_what_happened_before() -> bool {
    todo!()
}

/// Is the sum free of additions that happen after the return of `sum`?
pub fn sum_has_nothing_that_happens_after() -> bool {
    todo!()
}

/// If a thread calls `sum` twice, is the second at least the first?
pub fn sums_of_one_thread_never_go_down() -> bool {
    todo!()
}

/// Was the sum the total of the counter at some moment?
pub fn sum_was_the_total_at_some_moment() -> bool {
    todo!()
}

/// If two threads call `sum` at the same time, is it impossible that each of them lacks an addition that the other
/// one has?
pub fn sums_at_the_same_time_agree() -> bool {
    todo!()
}

#[test] // "Run test" in your editor grades this file, as `cargo test sharded_counter` does.
fn grade() {}
