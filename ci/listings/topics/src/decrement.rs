//! The last step of an `Arc`, in three ways that are right: chapter 6.

use core::sync::atomic::{AtomicUsize, Ordering::*, fence};

unsafe extern "C" {
    /// Stands for what the last handle does.
    safe fn free();
}

#[unsafe(export_name = "decrement.release_and_fence")]
// ANCHOR: release_and_fence
/// The last one acquires by a fence.
pub fn release_and_fence(count: &AtomicUsize) {
    // Release, and the fence: all that other handles did comes before `free`.
    if count.fetch_sub(1, Release) == 1 {
        fence(Acquire);
        free();
    }
}
// ANCHOR_END: release_and_fence

#[unsafe(export_name = "decrement.release_and_load")]
// ANCHOR: release_and_load
/// The last one acquires by a load.
pub fn release_and_load(count: &AtomicUsize) {
    // Release, and the Acquire load: as above.
    if count.fetch_sub(1, Release) == 1 {
        count.load(Acquire);
        free();
    }
}
// ANCHOR_END: release_and_load

#[unsafe(export_name = "decrement.acq_rel")]
// ANCHOR: acq_rel
/// Every one acquires.
pub fn acq_rel(count: &AtomicUsize) {
    // AcqRel: as above, for the last one and for all others too.
    if count.fetch_sub(1, AcqRel) == 1 {
        free();
    }
}
// ANCHOR_END: acq_rel
