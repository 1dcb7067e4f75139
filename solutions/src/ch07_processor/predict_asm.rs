//! Which instructions does an operation become?
//!
//! For x86-64, and for AArch64 as it was at first (Armv8.0). The value is a `u32`, the build is optimised. What counts is what
//! touches memory or orders it; moves between registers, comparisons and branches do not.

/// The names of the instructions that touch memory or order it, in their order. `lock` is part of a name, and so is the operand of a
/// barrier: `lock add`, `dmb ish`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// On x86-64.
    pub x86_64: &'static [&'static str],
    /// On AArch64, Armv8.0.
    pub aarch64: &'static [&'static str],
}

/// `x.store(v, Relaxed)`: a plain store is atomic, if it is aligned.
pub fn relaxed_store() -> Answer {
    Answer { x86_64: &["mov"], aarch64: &["str"] }
}

/// `x.store(v, Release)`: on x86-64 no store passes what comes before it.
pub fn release_store() -> Answer {
    Answer { x86_64: &["mov"], aarch64: &["stlr"] }
}

/// `x.store(v, SeqCst)`: on x86-64 it must not wait in the buffer while later loads are done.
pub fn seq_cst_store() -> Answer {
    Answer { x86_64: &["xchg"], aarch64: &["stlr"] }
}

/// `x.load(Acquire)`: on x86-64 nothing that comes later passes a load.
pub fn acquire_load() -> Answer {
    Answer { x86_64: &["mov"], aarch64: &["ldar"] }
}

/// `x.load(SeqCst)`: the stores have paid for it, on x86-64. On AArch64 `ldar` waits for an `stlr` before it.
pub fn seq_cst_load() -> Answer {
    Answer { x86_64: &["mov"], aarch64: &["ldar"] }
}

/// `x.fetch_add(v, Relaxed)`, whose result is used.
pub fn fetch_add() -> Answer {
    Answer { x86_64: &["lock xadd"], aarch64: &["ldxr", "stxr"] }
}

/// `x.fetch_add(v, Relaxed)`, whose result nobody uses.
pub fn fetch_add_unused() -> Answer {
    Answer { x86_64: &["lock add"], aarch64: &["ldxr", "stxr"] }
}

/// `x.swap(v, Acquire)`: `xchg` with memory is locked in any case. On AArch64 the load is an acquire, and the store is plain.
pub fn acquire_swap() -> Answer {
    Answer { x86_64: &["xchg"], aarch64: &["ldaxr", "stxr"] }
}

/// `x.fetch_or(v, Relaxed)`, whose result is used: x86-64 has no instruction for it, so a loop tries.
pub fn fetch_or() -> Answer {
    Answer { x86_64: &["mov", "lock cmpxchg"], aarch64: &["ldxr", "stxr"] }
}

/// `x.compare_exchange(a, b, AcqRel, Acquire)`.
pub fn acq_rel_compare_exchange() -> Answer {
    Answer { x86_64: &["lock cmpxchg"], aarch64: &["ldaxr", "stlxr"] }
}

/// `fence(Acquire)`: on x86-64 it only holds the compiler back.
pub fn acquire_fence() -> Answer {
    Answer { x86_64: &[], aarch64: &["dmb ishld"] }
}

/// `fence(Release)`: on x86-64 it only holds the compiler back.
pub fn release_fence() -> Answer {
    Answer { x86_64: &[], aarch64: &["dmb ish"] }
}

/// `fence(SeqCst)`: any locked instruction is a full fence on x86-64, and cheaper than `mfence`.
pub fn seq_cst_fence() -> Answer {
    Answer { x86_64: &["lock or"], aarch64: &["dmb ish"] }
}
