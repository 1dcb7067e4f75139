//! Read-modify-writes for a processor that has none, from load-linked and store-conditional.
//!
//! The book's page on this exercise: chapter 7, "Load, and store if nobody did".

use sync::atomic::Ordering;
use sync::hint;

/// One word of memory, as one core sees it. Zero at the start.
pub trait Core {
    /// Loads the word and starts to watch it: `ldxr` with `Relaxed`, `ldaxr` with `Acquire`.
    fn load_exclusive(&mut self, order: Ordering) -> u32;

    /// Stores, if the core has watched the word since a `load_exclusive` and nobody has stored to it. Returns whether it did. It
    /// may fail for no reason. Either way, the core stops watching. `stxr` with `Relaxed`, `stlxr` with `Release`.
    fn store_exclusive(&mut self, value: u32, order: Ordering) -> bool;

    /// The core stops watching: `clrex`.
    fn clear_exclusive(&mut self);

    /// A plain store, which the core need not watch for: `str` with `Relaxed`, `stlr` with `Release`.
    fn store(&mut self, value: u32, order: Ordering);
}

/// Adds, wrapping around, and returns the value before. Orders nothing, as `fetch_add(_, Relaxed)`.
pub fn fetch_add(core: &mut impl Core, value: u32) -> u32 {
    todo!()
}

/// Stores `new` if the word is `current`, in one attempt, which may fail for no reason. Returns the value that it found: in `Ok` if it
/// has stored. As `compare_exchange_weak(_, _, AcqRel, Acquire)`.
pub fn compare_exchange_weak(core: &mut impl Core, current: u32, new: u32) -> Result<u32, u32> {
    todo!()
}

/// Stores `new` if the word is `current`, and fails only if it is not. As `compare_exchange(_, _, AcqRel, Acquire)`.
pub fn compare_exchange(core: &mut impl Core, current: u32, new: u32) -> Result<u32, u32> {
    todo!()
}

/// Takes the lock that the word is, zero for free. A core that waits stores nothing.
pub fn lock(core: &mut impl Core) {
    todo!()
}

/// Frees the lock. The caller has it.
pub fn unlock(core: &mut impl Core) {
    todo!()
}

#[test] // "Run test" in your editor grades this file, as `cargo test ll_sc_loop` does.
fn grade() {}
