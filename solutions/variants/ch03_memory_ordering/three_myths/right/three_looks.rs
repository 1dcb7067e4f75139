//! Looks three times.

use sync::atomic::{
    AtomicU32,
    Ordering::{Relaxed, SeqCst},
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
    flag.store(1, Relaxed);
}

/// Whether the signal was given. If so, its thread then does a SeqCst load of that other variable.
pub fn is_signalled(flag: &AtomicU32) -> bool {
    // Relaxed: takes the value and learns nothing.
    flag.load(Relaxed) == 1
}

/// Looks at a number twice, with Relaxed, and tells whether it has gone down.
///
/// Refutes: *relaxed operations on one variable may come in the wrong order*. While another thread counts up it never tells so.
pub fn has_gone_down(number: &AtomicU32) -> bool {
    // Relaxed: all writes of one variable are in one order, and no thread reads them backwards.
    let looks = [(); 3].map(|()| number.load(Relaxed));
    !looks.is_sorted()
}
