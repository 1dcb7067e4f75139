//! The last step of an `Arc`, in three ways that are right: chapter 6.

use core::sync::atomic::{AtomicUsize, Ordering::*, fence};

unsafe extern "C" {
    /// Stands for what the last handle does.
    safe fn free();
}

/// The last one acquires by a fence.
#[unsafe(export_name = "decrement.release_and_fence")]
pub fn release_and_fence(count: &AtomicUsize) {
    // Release, and the fence: all that other handles did comes before `free`.
    if count.fetch_sub(1, Release) == 1 {
        fence(Acquire);
        free();
    }
}

/// The last one acquires by a load.
#[unsafe(export_name = "decrement.release_and_load")]
pub fn release_and_load(count: &AtomicUsize) {
    // Release, and the Acquire load: as above.
    if count.fetch_sub(1, Release) == 1 {
        count.load(Acquire);
        free();
    }
}

/// Every one acquires.
#[unsafe(export_name = "decrement.acq_rel")]
pub fn acq_rel(count: &AtomicUsize) {
    // AcqRel: as above, for the last one and for all others too.
    if count.fetch_sub(1, AcqRel) == 1 {
        free();
    }
}
