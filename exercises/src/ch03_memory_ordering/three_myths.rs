//! Three beliefs about orderings. Write the few lines that refute each.
//!
//! The book's page on this exercise: chapter 3, "Three myths".

use sync::atomic::{AtomicU32, Ordering};

/// Adds one, with SeqCst operations only. When two threads call it at once, an addition can be lost.
///
/// Refutes: *with SeqCst everywhere nothing can go wrong*.
pub fn add_one(counter: &AtomicU32) {
    todo!()
}

/// Gives a signal. Before it, its thread has done a SeqCst store to another variable.
///
/// Refutes, with [`is_signalled`]: *a SeqCst store is visible sooner*. Whoever sees the signal may still miss the store:
///
/// ```text
/// number.store(1, SeqCst);       if is_signalled(&flag) {
/// signal(&flag);                     number.load(SeqCst) // may be 0
///                                }
/// ```
pub fn signal(flag: &AtomicU32) {
    todo!()
}

/// Whether the signal was given. If so, its thread then does a SeqCst load of that other variable.
pub fn is_signalled(flag: &AtomicU32) -> bool {
    todo!()
}

/// Looks at a number twice, with Relaxed, and tells whether it has gone down.
///
/// Refutes: *relaxed operations on one variable may come in the wrong order*. While another thread counts up, 0, 1, 2, it never
/// tells so. If another thread really counts down, it can.
pub fn has_gone_down(number: &AtomicU32) -> bool {
    todo!()
}

#[test] // "Run test" in your editor grades this file, as `cargo test three_myths` does.
fn grade() {}
