//! Store buffering: predict whether both threads can miss each other.
//!
//! `x` and `y` are zero at the start. Each thread stores 1 in its own variable and loads the other's. List the outcomes
//! `(left, right)` that you believe possible, in any order: `left` is what the left thread loads.
//!
//! The book's page on this exercise: chapter 3, "Store buffering".

/// What the two loads give: `(left, right)`.
pub type Outcome = (u32, u32);

/// ```text
/// x.store(1, Relaxed);           y.store(1, Relaxed);
/// y.load(Relaxed)                x.load(Relaxed)
/// ```
pub fn relaxed() -> &'static [Outcome] {
    todo!()
}

/// ```text
/// x.store(1, Release);           y.store(1, Release);
/// y.load(Acquire)                x.load(Acquire)
/// ```
pub fn release_acquire() -> &'static [Outcome] {
    todo!()
}

/// ```text
/// x.store(1, SeqCst);            y.store(1, SeqCst);
/// y.load(SeqCst)                 x.load(SeqCst)
/// ```
pub fn sequentially_consistent() -> &'static [Outcome] {
    todo!()
}

/// ```text
/// x.store(1, SeqCst);            y.store(1, Release);
/// y.load(SeqCst)                 x.load(Acquire)
/// ```
pub fn one_side() -> &'static [Outcome] {
    todo!()
}

/// ```text
/// x.store(1, SeqCst);            y.store(1, SeqCst);
/// y.load(Acquire)                x.load(Acquire)
/// ```
pub fn stores_only() -> &'static [Outcome] {
    todo!()
}

/// ```text
/// x.store(1, Relaxed);           y.store(1, Relaxed);
/// fence(SeqCst);                 fence(SeqCst);
/// y.load(Relaxed)                x.load(Relaxed)
/// ```
pub fn two_fences() -> &'static [Outcome] {
    todo!()
}

/// ```text
/// x.store(1, Relaxed);           y.store(1, Relaxed);
/// fence(SeqCst);                 x.load(Relaxed)
/// y.load(Relaxed)
/// ```
pub fn one_fence() -> &'static [Outcome] {
    todo!()
}

/// ```text
/// x.swap(1, SeqCst);             y.swap(1, SeqCst);
/// y.load(Relaxed)                x.load(Relaxed)
/// ```
pub fn swap_then_load() -> &'static [Outcome] {
    todo!()
}

/// ```text
/// x.swap(1, AcqRel);             y.swap(1, AcqRel);
/// y.fetch_add(0, AcqRel)         x.fetch_add(0, AcqRel)
/// ```
pub fn all_read_modify_write() -> &'static [Outcome] {
    todo!()
}

#[test] // "Run test" in your editor grades this file, as `cargo test predict_sb` does.
fn grade() {}
