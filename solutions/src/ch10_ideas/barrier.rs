//! A barrier: threads wait for each other, round after round, and one of each round leads.
//!
//! # The word
//!
//! ```text
//!   bits 31..16    bits 15..0
//!   the round      threads that have arrived in it
//! ```
//!
//! # Invariants
//!
//! 1. In each round, `threads` arrivals change the word, and the last of them begins the next round with nobody in it, in the
//!    same step. So whoever arrives belongs to exactly one round, and one of each round is the last: it leads.
//! 2. An arrival may go on when the word says another round than its own.
//! 3. A thread sleeps only while the word is what it has just read, of its own round. Whoever ends the round wakes all.
//! 4. What came before each arrival of a round is in the word that ends it: the arrivals are read-modify-writes, and each
//!    carries on the release sequences of those before.

use sync::atomic::{
    AtomicU32,
    Ordering::{AcqRel, Acquire, Relaxed},
};
use sync::futex;

/// One round, and also the number of arrivals that a round has no room for.
const ROUND: u32 = 1 << 16;

/// A meeting point for a fixed number of threads, again and again.
///
/// The interface is that of C++20's `std::barrier`, with the leader of std's `Barrier`. The counter and the round that all
/// wait for are the centralized barrier of J. Mellor-Crummey and M. Scott (1991), with the two in one word.
#[derive(Debug)]
pub struct Barrier {
    state: AtomicU32,
    threads: u32,
}

impl Barrier {
    /// A barrier at which this many threads meet.
    ///
    /// # Panics
    ///
    /// If `threads` is 0, or more than 65,535.
    pub const fn new(threads: u32) -> Self {
        assert!(0 < threads && threads < ROUND, "from 1 to 65535 threads can meet at a barrier");
        Self { state: AtomicU32::new(0), threads }
    }

    /// Arrives, and waits until all threads of the round have. Returns `true` for one of them: the leader.
    ///
    /// What came before the arrival of each thread of a round happens before the return of every `wait` of the round.
    /// Blocks by sleeping.
    #[inline]
    pub fn wait(&self) -> bool {
        self.arrive().wait()
    }

    /// Arrives, and does not wait: see [`Arrival::wait`]. Never blocks.
    #[inline]
    pub fn arrive(&self) -> Arrival<'_> {
        // Relaxed: only the exchange decides.
        let mut state = self.state.load(Relaxed);
        loop {
            let is_leader = state % ROUND + 1 == self.threads;
            // Ends the round in the step of the last arrival: in between, somebody could arrive in a round that is over.
            let next =
                if is_leader { (state - state % ROUND).wrapping_add(ROUND) } else { state + 1 };
            // Release: pairs with the Acquire of all that go on in this round (invariant 4).
            // Acquire: the leader has nothing else to wait for, and learns here what the others did.
            // Relaxed: a failure only looks again.
            match self.state.compare_exchange_weak(state, next, AcqRel, Relaxed) {
                Ok(_) => {
                    if is_leader {
                        futex::wake_all(&self.state);
                    }
                    return Arrival { barrier: self, round: state / ROUND, is_leader };
                }
                Err(now) => state = now,
            }
        }
    }
}

/// A thread has arrived, and may wait for the others of its round. Dropping it means not waiting: the thread has arrived all the same.
#[derive(Debug)]
#[must_use = "this thread has arrived, and has not waited"]
pub struct Arrival<'a> {
    barrier: &'a Barrier,
    round: u32,
    is_leader: bool,
}

impl Arrival<'_> {
    /// Was this the last arrival of its round?
    #[inline]
    pub fn is_leader(&self) -> bool {
        self.is_leader
    }

    /// Waits until all threads of the round have arrived. Returns whether this was the last.
    ///
    /// Blocks by sleeping, the leader never.
    #[inline]
    pub fn wait(self) -> bool {
        if !self.is_leader {
            self.wait_for_the_round();
        }
        self.is_leader
    }

    fn wait_for_the_round(&self) {
        loop {
            // Acquire: pairs with the Release of all arrivals of the round (invariant 4).
            let state = self.barrier.state.load(Acquire);
            if state / ROUND != self.round {
                return;
            }
            // Does not sleep if the word has changed; may return for no reason.
            futex::wait(&self.barrier.state, state);
        }
    }
}
