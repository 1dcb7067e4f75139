//! loom in a crate of your own: the book's page on the checker shows this file.

// ANCHOR: sync
/// In your crate: these with `#[cfg(loom)]`, or std's with `#[cfg(not(loom))]`.
mod sync {
    pub use loom::cell::UnsafeCell;
    pub use loom::sync::Arc;
    pub use loom::sync::atomic::{AtomicBool, Ordering};
}
// ANCHOR_END: sync

// ANCHOR: slot
use sync::{Arc, AtomicBool, Ordering, UnsafeCell};

/// A value that one thread puts in once, and others may find.
struct Slot {
    ready: AtomicBool,
    value: UnsafeCell<u32>,
    publish: Ordering,
}

// SAFETY: `value` is written before `ready` is set, and read only by those who
// saw it set, with Acquire.
unsafe impl Sync for Slot {}

impl Slot {
    fn put(&self, value: u32) {
        // SAFETY: nobody reads the value before `ready` is set.
        self.value.with_mut(|inside| unsafe { *inside = value });
        self.ready.store(true, self.publish);
    }

    fn get(&self) -> Option<u32> {
        // Acquire: pairs with the Release in `put`; who sees `true` sees the value.
        self.ready.load(Ordering::Acquire).then(|| {
            // SAFETY: `put` happened before, and nobody writes afterwards.
            self.value.with(|inside| unsafe { *inside })
        })
    }
}
// ANCHOR_END: slot

// ANCHOR: test
fn put_in_one_thread_and_get_in_another(publish: Ordering) {
    loom::model(move || {
        let slot = Slot { ready: AtomicBool::new(false), value: UnsafeCell::new(0), publish };
        let slot = Arc::new(slot);
        let theirs = slot.clone();
        let other = loom::thread::spawn(move || theirs.put(7));
        assert!(matches!(slot.get(), None | Some(7)));
        other.join().unwrap();
    });
}

#[test]
fn what_is_ready_is_whole() {
    put_in_one_thread_and_get_in_another(Ordering::Release);
}

#[test]
#[should_panic(expected = "Causality violation")]
fn relaxed_store_publishes_nothing() {
    put_in_one_thread_and_get_in_another(Ordering::Relaxed);
}
// ANCHOR_END: test
