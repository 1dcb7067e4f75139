//! The litmus lab: can it happen?
//!
//! Each function stands for a program. Its threads are side by side; `x` and `y` are zero at the start. `= 1` after a load says
//! what it gives. Can all of these be so in one run, in Rust, on any machine and with any compiler?
//!
//! The book's page on this exercise: chapter 3, "The litmus lab".

/// ```text
/// x.load(Relaxed) = 1            y.load(Relaxed) = 1
/// y.store(1, Relaxed);           x.store(1, Relaxed);
/// ```
pub fn load_buffering() -> bool {
    todo!()
}

/// ```text
/// x.load(Acquire) = 1            y.load(Acquire) = 1
/// y.store(1, Release);           x.store(1, Release);
/// ```
pub fn load_buffering_release_acquire() -> bool {
    todo!()
}

/// ```text
/// r = x.load(Relaxed); // 1      r = y.load(Relaxed); // 1
/// y.store(r, Relaxed);           x.store(r, Relaxed);
/// ```
pub fn out_of_thin_air() -> bool {
    todo!()
}

/// ```text
/// x.store(1, Relaxed);   x.load(Relaxed) = 1    y.load(Relaxed) = 1
///                        y.store(1, Relaxed);   x.load(Relaxed) = 0
/// ```
pub fn causality_relaxed() -> bool {
    todo!()
}

/// ```text
/// x.store(1, Relaxed);   x.load(Acquire) = 1    y.load(Acquire) = 1
///                        y.store(1, Release);   x.load(Relaxed) = 0
/// ```
pub fn causality_release_acquire() -> bool {
    todo!()
}

/// ```text
/// x.store(1, Release);   x.load(Acquire) = 1    y.store(1, Release);   y.load(Acquire) = 1
///                        y.load(Acquire) = 0                            x.load(Acquire) = 0
/// ```
pub fn independent_reads_release_acquire() -> bool {
    todo!()
}

/// ```text
/// x.store(1, SeqCst);    x.load(SeqCst) = 1     y.store(1, SeqCst);    y.load(SeqCst) = 1
///                        y.load(SeqCst) = 0                             x.load(SeqCst) = 0
/// ```
pub fn independent_reads_sequentially_consistent() -> bool {
    todo!()
}

/// ```text
/// x.store(2, Release);           y.store(2, Release);
/// y.store(1, Release);           x.store(1, Release);            // in the end x = 2, y = 2
/// ```
pub fn two_writers_release() -> bool {
    todo!()
}

/// ```text
/// x.store(2, SeqCst);            y.store(2, SeqCst);
/// y.store(1, SeqCst);            x.store(1, SeqCst);             // in the end x = 2, y = 2
/// ```
pub fn two_writers_sequentially_consistent() -> bool {
    todo!()
}

/// ```text
/// x.store(1, Relaxed);           x.load(Relaxed) = 1
///                                x.load(Relaxed) = 0
/// ```
pub fn one_variable_relaxed() -> bool {
    todo!()
}

/// ```text
/// x.store(1, Relaxed);   y.fetch_add(1, Relaxed) = 1    y.load(Acquire) = 2
/// y.store(1, Release);                                  x.load(Relaxed) = 0
/// ```
pub fn release_sequence() -> bool {
    todo!()
}

/// ```text
/// x.store(1, Relaxed);           y.load(Acquire) = 2
/// y.store(1, Release);           x.load(Relaxed) = 0
/// y.store(2, Relaxed);
/// ```
pub fn own_relaxed_store() -> bool {
    todo!()
}

#[test] // "Run test" in your editor grades this file, as `cargo test litmus_lab` does.
fn grade() {}
