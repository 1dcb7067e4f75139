//! What all stages of the reader-writer lock must do where few clients come.

use super::super::subject::{MAX_READERS, RwLock};
use super::super::sync::{self, cell::Probe, judge, thread};
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

/// More steps than a `write` makes, though it has to wait.
const STEPS: usize = 60;

/// A reader and a writer sleep behind a writer, which leaves, comes back as a reader, and stays until the other reader is inside too.
pub fn sleeping_reader_gets_in_beside_a_reader() {
    // The search begins with the execution in which both sleep.
    sync::Model::new()
        .faults(0)
        .main_last()
        .executions(2_000)
        .check(|| stay_until_another_is_in(0));
    // Between which steps of the writer the reader comes back is tried out, in one execution each.
    for steps in 1..STEPS {
        let program = move || stay_until_another_is_in(steps);
        sync::Model::new().faults(0).main_last().executions(1).check(program);
    }
}

/// The writer that sleeps stands aside after so many steps, if after any.
fn stay_until_another_is_in(steps: usize) {
    let lock = Shared::new(RwLock::new(Probe::new(0)));
    let guard = lock.write();
    let theirs = lock.clone();
    let writer = thread::spawn(move || {
        if steps > 0 {
            judge::stand_aside_after(steps, 0);
        }
        theirs.write().add(1);
    });
    let theirs = lock.clone();
    let reader = thread::spawn(move || _ = theirs.read().get());
    drop(guard);
    let inside = lock.read();
    reader.join().unwrap();
    drop(inside);
    writer.join().unwrap();
}
