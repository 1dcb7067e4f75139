//! Up to 64 slots that threads claim and free, a bit for each.
//!
//! The book's page on this exercise: chapter 2, "Slots".

use sync::atomic::{AtomicU64, Ordering};

/// A set of slots, each claimed by at most one owner at a time.
///
/// What the slots are for is up to the user: places of an array, say. Whoever claims a slot sees all that its last owner did
/// before freeing it.
pub struct Slots {
    /// A set bit is a slot that is free.
    vacant: AtomicU64,
    /// How many slots there are.
    count: u32,
}

impl Slots {
    /// `count` slots, numbered from 0, all free.
    ///
    /// # Panics
    ///
    /// If `count` is larger than 64.
    pub const fn new(count: u32) -> Self {
        // Your turn. What is `1 << 64`?
        todo!()
    }

    /// Claims a free slot, or returns `None` if none is free.
    ///
    /// Finds every slot that is free during the whole call. Never waits.
    pub fn claim(&self) -> Option<u32> {
        // Your turn. `trailing_zeros` is the number of the lowest bit that is set.
        todo!()
    }

    /// Frees a slot. Only its owner may call this: anybody else frees it for a second owner.
    ///
    /// Never waits.
    ///
    /// # Panics
    ///
    /// If there is no such slot, or if it is free. Nothing has changed then.
    pub fn free(&self, slot: u32) {
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test slot_bitset` does.
fn grade() {}
