//! A spin lock in assembly, for x86-64 and for AArch64.
//!
//! # Invariants
//!
//! 1. `state` is [`FREE`] or [`HELD`], and is touched by the functions of this file alone, all of them atomic.
//! 2. Whoever has exchanged `FREE` for `HELD` has the lock, until it stores `FREE`.

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
    state: UnsafeCell<u32>,
}

// SAFETY: invariant 1: all accesses to the state are atomic instructions.
unsafe impl Sync for SpinLock {}

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

    /// Takes the lock if it is free. Returns whether it did.
    #[inline]
    pub fn try_lock(&self) -> bool {
        // SAFETY: the pointer is good as long as `self` is; invariant 1.
        unsafe { exchange(self.state.get(), HELD) == FREE }
    }

    /// Waits until the lock is free, and takes it.
    #[inline]
    pub fn lock(&self) {
        while !self.try_lock() {
            hint::spin_loop();
        }
    }

    /// Frees the lock. The caller has it.
    #[inline]
    pub fn unlock(&self) {
        // SAFETY: the pointer is good as long as `self` is; invariant 1.
        unsafe { store(self.state.get(), FREE) }
    }
}

/// Stores `new` and returns what was there, in one step that is an acquire.
///
/// # Safety
///
/// `state` must be valid and aligned, and all other accesses to it atomic.
#[cfg(target_arch = "x86_64")]
#[inline]
unsafe fn exchange(state: *mut u32, new: u32) -> u32 {
    let old;
    // SAFETY: `xchg` with memory is atomic without `lock`, and orders everything before it with everything after it. It touches
    // no stack and no flags. Nothing says that it leaves memory alone, so the compiler moves no access across it.
    unsafe {
        asm!(
            "xchg dword ptr [{state}], {value:e}",
            state = in(reg) state,
            value = inlateout(reg) new => old,
            options(nostack, preserves_flags),
        );
    }
    old
}

/// Stores `new` and returns what was there, in one step that is an acquire.
///
/// # Safety
///
/// `state` must be valid and aligned, and all other accesses to it atomic.
#[cfg(target_arch = "aarch64")]
#[inline]
unsafe fn exchange(state: *mut u32, new: u32) -> u32 {
    let old;
    // SAFETY: the pair is one step if the store succeeds, and is tried until it does. `ldaxr`: pairs with the `stlr` in `store`,
    // and keeps everything behind it. `stxr`, and not `stlxr`: taking a lock publishes nothing. No access stands between the two.
    // Nothing says that it leaves memory alone, so the compiler moves no access across it.
    unsafe {
        asm!(
            "2: ldaxr {old:w}, [{state}]",
            "stxr {failed:w}, {new:w}, [{state}]",
            "cbnz {failed:w}, 2b",
            state = in(reg) state,
            new = in(reg) new,
            old = out(reg) old,
            failed = out(reg) _,
            options(nostack, preserves_flags),
        );
    }
    old
}

/// Stores `new`, as a release.
///
/// # Safety
///
/// `state` must be valid and aligned, and all other accesses to it atomic.
#[cfg(target_arch = "x86_64")]
#[inline]
unsafe fn store(state: *mut u32, new: u32) {
    // SAFETY: an aligned `mov` is atomic. It stays behind what comes before it: stores leave the buffer in order, and loads are
    // done in order.
    unsafe {
        asm!(
            "mov dword ptr [{state}], {new:e}",
            state = in(reg) state,
            new = in(reg) new,
            options(nostack, preserves_flags),
        );
    }
}

/// Stores `new`, as a release.
///
/// # Safety
///
/// `state` must be valid and aligned, and all other accesses to it atomic.
#[cfg(target_arch = "aarch64")]
#[inline]
unsafe fn store(state: *mut u32, new: u32) {
    // SAFETY: `stlr` is atomic, and stays behind what comes before it. It pairs with the `ldaxr` in `exchange`.
    unsafe {
        asm!(
            "stlr {new:w}, [{state}]",
            state = in(reg) state,
            new = in(reg) new,
            options(nostack, preserves_flags),
        );
    }
}

/// Stores `new` and returns what was there. On other processors the compiler chooses the instructions.
///
/// # Safety
///
/// `state` must be valid and aligned, and all other accesses to it atomic.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
unsafe fn exchange(state: *mut u32, new: u32) -> u32 {
    // SAFETY: as promised by the caller.
    let state = unsafe { std::sync::atomic::AtomicU32::from_ptr(state) };
    // Acquire: pairs with the Release in `store`.
    state.swap(new, std::sync::atomic::Ordering::Acquire)
}

/// Stores `new`, as a release. On other processors the compiler chooses the instructions.
///
/// # Safety
///
/// `state` must be valid and aligned, and all other accesses to it atomic.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
unsafe fn store(state: *mut u32, new: u32) {
    // SAFETY: as promised by the caller.
    let state = unsafe { std::sync::atomic::AtomicU32::from_ptr(state) };
    // Release: pairs with the Acquire in `exchange`.
    state.store(new, std::sync::atomic::Ordering::Release);
}
