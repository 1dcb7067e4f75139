//! What becomes of handles where the drop of the data panics.

use super::super::{
    subject::Arc,
    sync::{expect_panic, thread},
};
use super::contract::{self, model};
use std::cell::Cell;

/// Counts its drops, and panics in each.
struct Panics<'a>(&'a Cell<u32>);

impl Drop for Panics<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
        // A second panic while the first one unwinds would end the process.
        if !thread::panicking() {
            panic!("on purpose");
        }
    }
}

pub fn clone_from_counts() {
    contract::clone_from_counts();
    // Also where the drop of the old data panics.
    model(|| {
        let (old, new) = (Cell::new(0), Cell::new(0));
        let mut first = Arc::new(Panics(&old));
        let second = Arc::new(Panics(&new));
        expect_panic(|| first.clone_from(&second));
        assert_eq!(old.get(), 1, "drops of the old data, whose drop has panicked");
        drop(first);
        assert_eq!(new.get(), 0, "drops of the data while there is a handle");
        expect_panic(|| drop(second));
        assert_eq!((old.get(), new.get()), (1, 1), "drops of (the old data, the new data)");
    });
}
