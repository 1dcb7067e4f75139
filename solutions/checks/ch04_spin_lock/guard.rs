//! What `ch04_spin_lock/guard` must do.

use super::subject::{Guard, SpinLock};
use super::sync::{self, cell::Probe, thread};
use grader::{Check, Shared, impls};
use std::cell::Cell;
use std::sync::Arc;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("lock_is_sync_exactly_where_the_data_is_send", lock_is_sync_where_send),
    Check::fact("guard_is_sync_exactly_where_the_data_is", guard_is_sync_where_data_is),
    Check::model("guard_gives_access_and_unlocks_when_dropped", one_thread),
    Check::model("two_threads_never_overlap", two_threads_never_overlap),
];

fn lock_is_sync_where_send() {
    assert!(impls!(SpinLock<Cell<u8>>: Sync), "a lock around data that is `Send` must be `Sync`: `Cell<u8>` is such data");
    assert!(!impls!(SpinLock<*const u8>: Sync), "a lock around data that is not `Send` is `Sync`: it would move a `*const u8` between threads");
    assert!(!impls!(SpinLock<*const u8>: Send), "a lock around data that is not `Send` is `Send`");
}

fn guard_is_sync_where_data_is() {
    assert!(impls!(Guard<'static, u8>: Sync), "a guard of `Sync` data must be `Sync`");
    assert!(!impls!(Guard<'static, Cell<u8>>: Sync), "a guard of a `Cell<u8>` is `Sync`: two threads could use the cell at once");
}

fn one_thread() {
    sync::model(|| {
        let token = Arc::new(());
        let lock = SpinLock::new((Probe::new(1), token.clone()));
        lock.lock().0.add(1);
        assert_eq!(lock.lock().0.get(), 2, "the second `lock` does not see what the first one wrote");
        drop(lock);
        assert_eq!(Arc::strong_count(&token), 1, "the data was not dropped with the lock");
    });
}

fn two_threads_never_overlap() {
    sync::model(|| {
        let lock = Shared::new(SpinLock::new(Probe::new(0)));
        let theirs = lock.clone();
        let other = thread::spawn(move || theirs.lock().add(1));
        lock.lock().add(1);
        other.join().unwrap();
        assert_eq!(lock.lock().get(), 2, "an increment was lost");
    });
}
