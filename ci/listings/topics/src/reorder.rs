//! What the compiler moves, and what it leaves to the processor: chapter 3.

use core::sync::atomic::AtomicU32;
use core::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};

#[unsafe(export_name = "reorder.publish")]
// ANCHOR: publish
/// Two writes of plain data, and a flag between them.
pub fn publish(data: &mut u32, flag: &AtomicU32) {
    *data = 1;
    flag.store(1, Relaxed);
    *data = 2;
}
// ANCHOR_END: publish

#[unsafe(export_name = "reorder.publish_release")]
// ANCHOR: publish_release
/// The same with Release.
pub fn publish_release(data: &mut u32, flag: &AtomicU32) {
    *data = 1;
    // Release: what was written before stays before.
    flag.store(1, Release);
    *data = 2;
}
// ANCHOR_END: publish_release

#[unsafe(export_name = "reorder.wait")]
// ANCHOR: wait
/// Reads the data, waits for a flag, and reads the data again.
///
/// # Safety
///
/// `data` points to a number that nobody writes to meanwhile.
pub unsafe fn wait(data: *const u32, flag: &AtomicU32) -> u32 {
    // SAFETY: by the contract.
    let before = unsafe { *data };
    while flag.load(Relaxed) == 0 {}
    // SAFETY: by the contract.
    before + unsafe { *data }
}
// ANCHOR_END: wait

#[unsafe(export_name = "reorder.wait_acquire")]
// ANCHOR: wait_acquire
/// The same with Acquire.
///
/// # Safety
///
/// As above.
pub unsafe fn wait_acquire(data: *const u32, flag: &AtomicU32) -> u32 {
    // SAFETY: by the contract.
    let before = unsafe { *data };
    // Acquire: what is read behind it stays behind.
    while flag.load(Acquire) == 0 {}
    // SAFETY: by the contract.
    before + unsafe { *data }
}
// ANCHOR_END: wait_acquire

#[unsafe(export_name = "reorder.store_then_load")]
// ANCHOR: store_then_load
/// One thread of store buffering.
pub fn store_then_load(x: &AtomicU32, y: &AtomicU32) -> u32 {
    x.store(1, Relaxed);
    y.load(Relaxed)
}
// ANCHOR_END: store_then_load

#[unsafe(export_name = "reorder.store_then_load_seq_cst")]
// ANCHOR: store_then_load_seq_cst
/// The same with SeqCst.
pub fn store_then_load_seq_cst(x: &AtomicU32, y: &AtomicU32) -> u32 {
    // SeqCst: both threads have it.
    x.store(1, SeqCst);
    y.load(SeqCst)
}
// ANCHOR_END: store_then_load_seq_cst
