//! A spin lock in assembly, for the machine at hand.
//!
//! The book's page on this exercise: chapter 7, "A lock in assembly".

// Under the grader this is `std::arch::asm` all the same; it only notes what you gave it.
use sync::arch::asm;
use sync::cell::UnsafeCell;
use sync::hint;

/// Nobody has the lock.
const FREE: u32 = 0;

/// Somebody has the lock.
const HELD: u32 = 1;

/// A spin lock.
#[derive(Debug)]
pub struct SpinLock {
    // Not an atomic type: what makes the accesses atomic is your choice of instructions.
    state: UnsafeCell<u32>,
}

// Your turn: may threads share it? Then say so, and why.

impl Default for SpinLock {
    fn default() -> Self {
        Self::new()
    }
}

impl SpinLock {
    /// A lock that is free.
    pub const fn new() -> Self {
        Self { state: UnsafeCell::new(FREE) }
    }

    /// Takes the lock if it is free, and otherwise leaves it as it is. Returns whether it did.
    pub fn try_lock(&self) -> bool {
        // `#[cfg(target_arch = "x86_64")]` or `"aarch64"` before a block or a function says which machine it is for. Only the
        // part for the machine that you are at is graded.
        todo!()
    }

    /// Waits until the lock is free, and takes it.
    pub fn lock(&self) {
        todo!()
    }

    /// Frees the lock. The caller has it.
    pub fn unlock(&self) {
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test asm_spin_lock` does.
fn grade() {}
