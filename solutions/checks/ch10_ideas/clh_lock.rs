//! What `ch10_ideas/clh_lock` must do.

use super::subject::{ClhGuard, ClhLock, ClhLock as Mutex};
use super::sync::{self, cell::Probe, counters, thread, track::Tracked};
use grader::{Check, Shared, impls};
use std::cell::Cell;
use std::sync::MutexGuard;

#[path = "clients/clh_lock.rs"]
mod small;

#[path = "../ch09_locks/mutex/waiters.rs"]
mod waiters;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("lock_is_sync_exactly_where_the_data_is_send", lock_is_sync_where_send),
    Check::fact("guard_is_sync_exactly_where_the_data_is", guard_is_sync_where_data_is),
    Check::model("guard_gives_the_data_and_unlocks_when_dropped", gives_the_data),
    Check::counted("lock_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("holder_that_panics_unlocks", panic_unlocks),
    Check::model("data_and_every_node_are_freed_once", frees_once),
    Check::model("guard_that_is_forgotten_leaves_the_data_to_the_owner", forgets),
    Check::model("debug_never_waits", debug_does_not_wait),
    Check::model("two_threads_never_have_a_guard_at_once", two_threads),
    Check::model("five_that_wait_get_the_lock_one_after_the_other", waiters::five_waiters),
    Check::model("last_user_may_free_the_lock", waiters::last_user_frees),
    Check::model("two_locks_know_nothing_of_each_other", two_locks),
    Check::counted("unlock_is_one_store", one_store),
    Check::counted("every_small_program_does_what_a_lock_does", clients::check::<small::Locks>),
];

fn lock_is_sync_where_send() {
    assert!(
        impls!(ClhLock<Cell<u8>>: Sync) && impls!(ClhLock<Cell<u8>>: Send),
        "a lock around a `Cell<u8>` is not `Sync` and `Send`. One thread at a time uses the cell: why must it be `Sync` itself?"
    );
    assert!(
        !impls!(ClhLock<*const u8>: Sync) && !impls!(ClhLock<*const u8>: Send),
        "a lock around a `*const u8`, which is not `Send`, is `Sync` or `Send`. The lock moves the data from thread to thread"
    );
    assert!(
        !impls!(ClhLock<MutexGuard<'static, u8>>: Sync),
        "a lock around a `MutexGuard`, which is `Sync` but not `Send`, is `Sync`. The lock moves the data from thread to thread"
    );
}

fn guard_is_sync_where_data_is() {
    assert!(
        impls!(ClhGuard<'static, u8>: Sync),
        "a guard of a `u8` is not `Sync`, but sharing it would only share the `u8`"
    );
    assert!(
        !impls!(ClhGuard<'static, Cell<u8>>: Sync),
        "a guard of a `Cell<u8>` is `Sync`: two threads could write to the cell at once through `deref`"
    );
    assert!(
        !impls!(ClhGuard<'static, u8>: Send),
        "a guard is `Send`. It must not leave its thread"
    );
}

fn uses_sync() {
    clients::sees_atomics(|| {
        drop(ClhLock::new(()).lock());
    });
}

fn gives_the_data() {
    sync::model(|| {
        let mut lock = ClhLock::new(Probe::new(1));
        let mut guard = lock.lock();
        assert_eq!(guard.get(), 1, "`deref` does not give what `new` was given");
        guard.add(1);
        drop(guard);
        *lock.lock() = Probe::new(7);
        let moved = Some(lock.lock());
        assert_eq!(
            moved.as_ref().map(|guard| guard.get()),
            Some(7),
            "the change of the last holder is lost"
        );
        drop(moved);
        lock.get_mut().add(1);
        assert_eq!(lock.lock().get(), 8, "the change through `get_mut` is lost");
    });
}

fn panic_unlocks() {
    sync::model(|| {
        let lock = ClhLock::new(Probe::new(0));
        sync::expect_panic(|| {
            let mut guard = lock.lock();
            guard.add(1);
            panic!("on purpose, with the lock held");
        });
        assert_eq!(lock.lock().get(), 1, "the data is not as the holder that panicked left it");
    });
}

fn frees_once() {
    // Leaks, and what is freed twice, are seen by the checker.
    sync::model(|| {
        drop(ClhLock::new(Tracked::new(())));
        let lock = ClhLock::new(Tracked::new(()));
        drop(lock.lock());
        drop(lock.lock());
    });
}

fn forgets() {
    // The lock is locked for ever, and keeps what it needs for that in memory. Nobody else has it all the same.
    sync::Model::new().may_leak().check(|| {
        let mut lock = ClhLock::new(Tracked::new(Probe::new(1)));
        std::mem::forget(lock.lock());
        lock.get_mut().add(1);
        assert_eq!(lock.get_mut().get(), 2, "the change through `get_mut` is lost");
        drop(lock);
    });
}

fn debug_does_not_wait() {
    sync::model(|| {
        let lock = ClhLock::new(());
        let shown = format!("{lock:?}");
        assert!(shown.contains("ClhLock"), "`{{:?}}` does not say that this is a lock: {shown}");
        let _guard = lock.lock();
        // If this waits, it waits for ever.
        let shown = format!("{lock:?}");
        assert!(shown.contains("ClhLock"), "`{{:?}}` does not say that this is a lock: {shown}");
    });
}

fn two_locks() {
    sync::model(|| {
        let (left, right) = (ClhLock::new(1), ClhLock::new(2));
        let mut first = left.lock();
        let second = right.lock();
        assert_eq!((*first, *second), (1, 2), "the data of one lock came out of another");
        *first = 5;
        drop(first);
        assert_eq!(*left.lock(), 5, "the change of the last holder is lost");
        assert_eq!(*second, 2, "a change of one lock's data changed another's");
    });
    // One thread waits for the first while another one has it, and takes and frees the second.
    sync::model(|| {
        let (left, right) = (Shared::new(ClhLock::new(Probe::new(0))), ClhLock::new(()));
        let guard = left.lock();
        let theirs = left.clone();
        let other = thread::spawn(move || theirs.lock().add(1));
        drop(right.lock());
        drop(guard);
        other.join().unwrap();
        assert_eq!(left.lock().get(), 1, "an increment was lost");
    });
}

fn two_threads() {
    sync::model(|| {
        let lock = Shared::new(ClhLock::new(Probe::new(0)));
        let theirs = lock.clone();
        let other = thread::spawn(move || {
            theirs.lock().add(1);
            theirs.lock().add(1);
        });
        lock.lock().add(1);
        other.join().unwrap();
        assert_eq!(lock.lock().get(), 3, "an increment was lost");
    });
}

fn one_store() {
    sync::model(|| {
        let lock = ClhLock::new(());
        let guard = lock.lock();
        let before = counters();
        drop(guard);
        let after = counters();
        assert_eq!(
            (after.loads - before.loads, after.stores - before.stores, after.rmws - before.rmws),
            (0, 1, 0),
            "(loads, stores, read-modify-writes) of an unlock"
        );
    });
}
