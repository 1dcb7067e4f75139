//! Which instructions does an operation become? Predict them.
//!
//! For x86-64, and for AArch64 as it was at first (Armv8.0). The value is a `u32`, the build is optimised. What counts is what
//! touches memory or orders it; moves between registers, comparisons, branches and `clrex` do not.
//!
//! The book's page on this exercise: chapter 7, "Which instructions".

/// The names of the instructions that touch memory or order it, in their order. `lock` is part of a name, and so is the operand of a
/// barrier: `lock add`, `dmb ish`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// On x86-64.
    pub x86_64: &'static [&'static str],
    /// On AArch64, Armv8.0.
    pub aarch64: &'static [&'static str],
}

/// `x.store(v, Relaxed)`.
pub fn relaxed_store() -> Answer {
    todo!()
}

/// `x.store(v, Release)`.
pub fn release_store() -> Answer {
    todo!()
}

/// `x.store(v, SeqCst)`.
pub fn seq_cst_store() -> Answer {
    todo!()
}

/// `x.load(Acquire)`.
pub fn acquire_load() -> Answer {
    todo!()
}

/// `x.load(SeqCst)`.
pub fn seq_cst_load() -> Answer {
    todo!()
}

/// `x.fetch_add(v, Relaxed)`, whose result is used.
pub fn fetch_add() -> Answer {
    todo!()
}

/// `x.fetch_add(v, Relaxed)`, whose result nobody uses.
pub fn fetch_add_unused() -> Answer {
    todo!()
}

/// `x.swap(v, Acquire)`.
pub fn acquire_swap() -> Answer {
    todo!()
}

/// `x.fetch_or(v, Relaxed)`, whose result is used.
pub fn fetch_or() -> Answer {
    todo!()
}

/// `x.compare_exchange(a, b, AcqRel, Acquire)`.
pub fn acq_rel_compare_exchange() -> Answer {
    todo!()
}

/// `fence(Acquire)`.
pub fn acquire_fence() -> Answer {
    todo!()
}

/// `fence(Release)`.
pub fn release_fence() -> Answer {
    todo!()
}

/// `fence(SeqCst)`.
pub fn seq_cst_fence() -> Answer {
    todo!()
}

#[test] // "Run test" in your editor grades this file, as `cargo test predict_asm` does.
fn grade() {}
