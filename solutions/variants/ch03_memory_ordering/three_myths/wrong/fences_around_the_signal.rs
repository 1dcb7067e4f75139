//! Fences make the relaxed signal publish all the same.
//!
//! Rejected by: signal_can_overtake_a_sequentially_consistent_store
//! Because: your `signal` publishes

use sync::atomic::{
    AtomicU32,
    Ordering::{Relaxed, SeqCst},
    fence,
};

/// Adds one, with SeqCst operations only. When two threads call it at once, an addition can be lost.
///
/// Refutes: *with SeqCst everywhere nothing can go wrong*. The order of the operations is perfect. What the program needs is that
/// nobody comes between two of them.
pub fn add_one(counter: &AtomicU32) {
    // SeqCst: to show that it does not help. Another thread may come between the load and the store.
    counter.store(counter.load(SeqCst) + 1, SeqCst);
}

/// Gives a signal. Before it, its thread has done a SeqCst store to another variable.
///
/// Refutes, with [`is_signalled`]: *a SeqCst store is visible sooner*. Whoever sees the signal may still miss the store.
pub fn signal(flag: &AtomicU32) {
    // Relaxed: it is later than the SeqCst store in its thread, and nothing makes others see the two in this order.
    fence(SeqCst);
    flag.store(1, Relaxed);
}

/// Whether the signal was given. If so, its thread then does a SeqCst load of that other variable.
pub fn is_signalled(flag: &AtomicU32) -> bool {
    // Relaxed: takes the value and learns nothing.
    let seen = flag.load(Relaxed) == 1;
    fence(SeqCst);
    seen
}

/// Looks at a number twice, with Relaxed, and tells whether it has gone down.
///
/// Refutes: *relaxed operations on one variable may come in the wrong order*. While another thread counts up it never tells so.
pub fn has_gone_down(number: &AtomicU32) -> bool {
    // Relaxed: all writes of one variable are in one order, and no thread reads them backwards.
    let first = number.load(Relaxed);
    number.load(Relaxed) < first
}
