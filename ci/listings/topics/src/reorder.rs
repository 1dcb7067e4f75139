//! What the compiler moves, and what it leaves to the processor: chapter 3.

use core::sync::atomic::AtomicU32;
use core::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};

// ANCHOR: relaxed
/// Two writes of plain data, and a flag between them.
#[unsafe(export_name = "reorder.publish")]
pub fn publish(data: &mut u32, flag: &AtomicU32) {
    *data = 1;
    flag.store(1, Relaxed);
    *data = 2;
}
// ANCHOR_END: relaxed

/// The same with Release.
#[unsafe(export_name = "reorder.publish_release")]
pub fn publish_release(data: &mut u32, flag: &AtomicU32) {
    *data = 1;
    // Release: what was written before stays before.
    flag.store(1, Release);
    *data = 2;
}

// ANCHOR: wait
/// Reads the data, waits for a flag, and reads the data again.
///
/// # Safety
///
/// `data` points to a number that nobody writes to meanwhile.
#[unsafe(export_name = "reorder.wait")]
pub unsafe fn wait(data: *const u32, flag: &AtomicU32) -> u32 {
    // SAFETY: by the contract.
    let before = unsafe { *data };
    while flag.load(Relaxed) == 0 {}
    // SAFETY: by the contract.
    before + unsafe { *data }
}
// ANCHOR_END: wait

/// The same with Acquire.
///
/// # Safety
///
/// As above.
#[unsafe(export_name = "reorder.wait_acquire")]
pub unsafe fn wait_acquire(data: *const u32, flag: &AtomicU32) -> u32 {
    // SAFETY: by the contract.
    let before = unsafe { *data };
    // Acquire: what is read behind it stays behind.
    while flag.load(Acquire) == 0 {}
    // SAFETY: by the contract.
    before + unsafe { *data }
}

// ANCHOR: store_buffering
/// One thread of store buffering.
#[unsafe(export_name = "reorder.store_then_load")]
pub fn store_then_load(x: &AtomicU32, y: &AtomicU32) -> u32 {
    x.store(1, Relaxed);
    y.load(Relaxed)
}
// ANCHOR_END: store_buffering

/// The same with SeqCst.
#[unsafe(export_name = "reorder.store_then_load_seq_cst")]
pub fn store_then_load_seq_cst(x: &AtomicU32, y: &AtomicU32) -> u32 {
    // SeqCst: both threads have it.
    x.store(1, SeqCst);
    y.load(SeqCst)
}
