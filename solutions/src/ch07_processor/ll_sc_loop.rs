//! Read-modify-writes for a processor that has none, from load-linked and store-conditional (Jensen, Hagensen and Broughton,
//! "A New Approach to Exclusive Data Access in Shared Memory Multiprocessors", 1987).
//!
//! # Invariant
//!
//! Between a `load_exclusive` and a `store_exclusive` that succeeds nobody has stored to the word: the two are one step.

use sync::atomic::Ordering::{self, Acquire, Relaxed, Release};
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
    loop {
        // Relaxed: nothing is asked of this addition but to be one.
        let old = core.load_exclusive(Relaxed);
        // Relaxed: as above.
        if core.store_exclusive(old.wrapping_add(value), Relaxed) {
            return old;
        }
    }
}

/// Stores `new` if the word is `current`, in one attempt, which may fail for no reason. Returns the value that it found: in `Ok` if it
/// has stored. As `compare_exchange_weak(_, _, AcqRel, Acquire)`.
pub fn compare_exchange_weak(core: &mut impl Core, current: u32, new: u32) -> Result<u32, u32> {
    // Acquire: pairs with the Release of whoever stored what is found here.
    let old = core.load_exclusive(Acquire);
    if old != current {
        core.clear_exclusive();
        return Err(old);
    }
    // Release: pairs with the Acquire of whoever finds `new`.
    if core.store_exclusive(new, Release) { Ok(old) } else { Err(old) }
}

/// Stores `new` if the word is `current`, and fails only if it is not. As `compare_exchange(_, _, AcqRel, Acquire)`.
pub fn compare_exchange(core: &mut impl Core, current: u32, new: u32) -> Result<u32, u32> {
    loop {
        match compare_exchange_weak(core, current, new) {
            // For no reason, or somebody stored, perhaps the same value: neither is the caller's affair.
            Err(old) if old == current => {}
            result => return result,
        }
    }
}

/// Nobody has the lock.
const FREE: u32 = 0;

/// Somebody has the lock.
const HELD: u32 = 1;

/// Takes the lock that the word is, zero for free. A core that waits stores nothing.
pub fn lock(core: &mut impl Core) {
    loop {
        // Acquire: pairs with the Release in `unlock`.
        if core.load_exclusive(Acquire) != FREE {
            core.clear_exclusive();
            hint::spin_loop();
        // Relaxed: publishes nothing. That the lock is held says nothing about the data.
        } else if core.store_exclusive(HELD, Relaxed) {
            return;
        }
    }
}

/// Frees the lock. The caller has it.
pub fn unlock(core: &mut impl Core) {
    // Release: pairs with the Acquire in `lock`. A plain store will do, as nobody else stores to a lock that is held.
    core.store(FREE, Release);
}
