//! A barrier: threads wait for each other, round after round, and one of each round leads.
//!
//! The book's page on this exercise: chapter 10, "All or nobody".

use sync::atomic::{AtomicU32, Ordering};
use sync::futex;

/// A meeting point for a fixed number of threads, again and again.
#[derive(Debug)]
pub struct Barrier {
    // Your turn. How can one step tell which round an arrival belongs to, and whether it is the last of it?
    threads: u32,
}

impl Barrier {
    /// A barrier at which this many threads meet.
    ///
    /// # Panics
    ///
    /// If `threads` is 0, or more than 65,535.
    pub const fn new(threads: u32) -> Self {
        todo!()
    }

    /// Arrives, and waits until all threads of the round have. Returns `true` for one of them: the leader.
    ///
    /// What came before the arrival of each thread of a round happens before the return of every `wait` of the round.
    /// Blocks by sleeping.
    pub fn wait(&self) -> bool {
        self.arrive().wait()
    }

    /// Arrives, and does not wait: see [`Arrival::wait`]. Never blocks.
    ///
    /// More threads than meet in one round may use the barrier: the next ones meet in the next round.
    pub fn arrive(&self) -> Arrival<'_> {
        todo!()
    }
}

/// A thread has arrived, and may wait for the others of its round. Dropping it means not waiting: the thread has arrived all the same.
#[derive(Debug)]
#[must_use = "this thread has arrived, and has not waited"]
pub struct Arrival<'a> {
    barrier: &'a Barrier,
    // Your turn: what must it remember?
    is_leader: bool,
}

impl Arrival<'_> {
    /// Was this the last arrival of its round?
    pub fn is_leader(&self) -> bool {
        self.is_leader
    }

    /// Waits until all threads of the round have arrived. Returns whether this was the last.
    ///
    /// Blocks by sleeping, the leader never.
    pub fn wait(self) -> bool {
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test barrier` does.
fn grade() {}
