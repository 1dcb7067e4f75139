//! What all stages of the reader-writer lock must do where few clients come.

use super::super::subject::{MAX_READERS, RwLock};
use super::super::sync::{self, cell::Probe, thread};
use grader::Shared;
use std::mem;

/// A writer comes at any moment, and never leaves: whoever waits for it hangs.
pub fn debug_never_waits() {
    // What is forgotten may be in memory that the lock needs.
    sync::Model::new().may_leak().check(|| {
        let lock = Shared::new(RwLock::new(417));
        let theirs = lock.clone();
        let writer = thread::spawn(move || mem::forget(theirs.write()));
        let _ = format!("{:?}", *lock);
        writer.join().unwrap();
        let shown = format!("{:?}", *lock);
        assert!(
            !shown.contains("417"),
            "`{{:?}}` shows the data although a writer is inside: {shown}"
        );
    });
    sync::model(|| {
        let lock = RwLock::with_forgotten_readers(417, MAX_READERS);
        let _ = format!("{lock:?}");
    });
}

/// Their guards are gone, but they are inside.
pub fn forgotten_readers_stay() {
    sync::model(|| {
        let mut lock = RwLock::with_forgotten_readers(Probe::new(0), 1);
        lock.get_mut().add(1);
        assert!(
            lock.try_write().is_none(),
            "a reader is inside that never leaves, and after `get_mut` a writer gets in"
        );
        assert!(
            lock.try_read().is_some(),
            "a reader is inside that never leaves, and after `get_mut` no other one gets in"
        );
    });
    if let Some(too_many) = MAX_READERS.checked_add(1) {
        sync::expect_panic(|| RwLock::with_forgotten_readers((), too_many));
    }
}

/// A reader and a writer sleep behind a writer, which leaves, comes back as a reader, and stays until the other reader is inside too. The
/// search begins with the execution in which both sleep.
pub fn sleeping_reader_gets_in_beside_a_reader() {
    sync::Model::new().faults(0).main_last().executions(4_000).check(|| {
        let lock = Shared::new(RwLock::new(Probe::new(0)));
        let guard = lock.write();
        let theirs = lock.clone();
        let writer = thread::spawn(move || theirs.write().add(1));
        let theirs = lock.clone();
        let reader = thread::spawn(move || _ = theirs.read().get());
        drop(guard);
        let inside = lock.read();
        reader.join().unwrap();
        drop(inside);
        writer.join().unwrap();
    });
}
