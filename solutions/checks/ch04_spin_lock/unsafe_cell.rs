//! What `ch04_spin_lock/unsafe_cell` must do.

use super::subject::SpinLock;
use super::sync::{
    self,
    atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    cell::Probe,
    hint, thread,
};
use grader::{Check, Shared, impls};
use std::cell::Cell;
use std::sync::MutexGuard;

#[path = "clients/unsafe_cell.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("lock_is_sync_exactly_where_the_data_is_send", is_sync_where_send),
    Check::model("lock_gives_the_data_that_the_last_holder_left", gives_the_data),
    Check::counted("lock_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("data_is_dropped_once_and_with_the_lock", drops_once),
    Check::model("lock_waits_until_the_holder_unlocks", waits_for_the_holder),
    Check::model("two_threads_never_hold_the_lock_at_once", two_threads),
    Check::model("each_unlock_frees_the_lock_once", unlocks_once),
    Check::model("what_a_holder_did_happens_before_what_the_next_one_does", hand_over),
    Check::model("three_threads_hold_the_lock_in_turn", three_threads),
    Check::model("two_locks_know_nothing_of_each_other", two_locks),
    Check::counted("every_small_program_does_what_a_lock_does", clients::check::<small::Locks>),
];

/// Locks, hands the data to `f`, unlocks.
fn with<T>(lock: &SpinLock<T>, f: impl FnOnce(&mut T)) {
    f(lock.lock());
    // SAFETY: this thread holds the lock, and `f` could not keep the reference.
    unsafe { lock.unlock() };
}

fn is_sync_where_send() {
    assert!(
        impls!(SpinLock<u8>: Sync),
        "a lock around a `u8` is not `Sync`: no two threads could reach it"
    );
    assert!(
        impls!(SpinLock<Cell<u8>>: Sync),
        "a lock around a `Cell<u8>` is not `Sync`. One thread at a time uses the cell: why must it be `Sync` itself?"
    );
    assert!(
        !impls!(SpinLock<*const u8>: Sync),
        "a lock around a `*const u8`, which is not `Send`, is `Sync`. The lock moves the data from thread to thread"
    );
    assert!(
        !impls!(SpinLock<MutexGuard<'static, u8>>: Sync),
        "a lock around a `MutexGuard`, which is `Sync` but not `Send`, is `Sync`. The lock moves the data from thread to \
         thread: another one could drop the guard"
    );
    assert!(impls!(SpinLock<Cell<u8>>: Send), "a lock around data that is `Send` is not `Send`");
    assert!(
        !impls!(SpinLock<*const u8>: Send),
        "a lock around a `*const u8`, which is not `Send`, is `Send`: the data goes along with it"
    );
}

fn uses_sync() {
    clients::sees_atomics(|| {
        let lock = SpinLock::new(());
        with(&lock, |()| {});
    });
}

fn gives_the_data() {
    sync::model(|| {
        let lock = SpinLock::new(Probe::new(1));
        with(&lock, |data| assert_eq!(data.get(), 1, "`lock` does not give what `new` was given"));
        with(&lock, |data| data.add(1));
        with(&lock, |data| assert_eq!(data.get(), 2, "the change of the last holder is lost"));
        with(&lock, |data| *data = Probe::new(7));
        with(&lock, |data| assert_eq!(data.get(), 7, "the change of the last holder is lost"));
    });
}

/// Counts how often it is dropped.
struct Counted<'a>(&'a Cell<u32>);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

fn drops_once() {
    sync::model(|| {
        let (first, second) = (Cell::new(0), Cell::new(0));
        let lock = SpinLock::new(Counted(&first));
        with(&lock, |_| {});
        assert_eq!(first.get(), 0, "the data was dropped while it was in the lock");
        with(&lock, |data| *data = Counted(&second));
        assert_eq!(first.get(), 1, "drops of data that was replaced");
        drop(lock);
        assert_eq!((first.get(), second.get()), (1, 1), "drops of (replaced data, the last data)");
    });
    // So it is where the lock is held for ever. What the lock itself has in memory may leak then.
    sync::Model::new().may_leak().check(|| {
        let drops = Cell::new(0);
        let lock = SpinLock::new(Counted(&drops));
        lock.lock();
        drop(lock);
        assert_eq!(drops.get(), 1, "drops of the data of a lock that is dropped while it is held");
    });
}

fn two_locks() {
    sync::model(|| {
        let (left, right) = (SpinLock::new(1), SpinLock::new(2));
        let sum = *left.lock() + *right.lock();
        assert_eq!(sum, 3, "the data of one lock came out of another");
        // SAFETY: both are held by this thread, and no reference is left.
        unsafe { left.unlock() };
        with(&left, |left| *left = 5);
        // SAFETY: as above.
        unsafe { right.unlock() };
        with(&right, |right| {
            assert_eq!(*right, 2, "a change of one lock's data changed another's")
        });
    });
}

/// Steps that a holder takes while the other thread waits: enough for a few tries.
const STEPS: u32 = 4;

/// Takes its steps, the lock held, and lets the other thread run after each.
fn take_steps(taken: &AtomicU32) {
    for _ in 0..STEPS {
        // Relaxed: a read-modify-write never misses another, and nothing else is handed over.
        taken.fetch_add(1, Relaxed);
        hint::spin_loop();
    }
}

fn waits_for_the_holder() {
    sync::model(|| {
        let shared = Shared::new((SpinLock::new(()), AtomicU32::new(0)));
        let (lock, taken) = &*shared;
        lock.lock();
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            let (lock, taken) = &*theirs;
            with(lock, |()| {
                // Relaxed: as in `take_steps`.
                let ended = taken.fetch_add(0, Relaxed) == STEPS;
                assert!(ended, "`lock` returned while another thread held the lock");
            });
        });
        take_steps(taken);
        // SAFETY: locked above, and the reference was not kept.
        unsafe { lock.unlock() };
        other.join().unwrap();
    });
}

/// Enters and leaves what one thread at a time may be in. The lock is to keep the others out, not these operations, and
/// they order nothing: only who holds it when is looked at, not what is handed over.
fn hold(lock: &SpinLock<()>, inside: &AtomicBool) {
    with(lock, |()| {
        // Relaxed: a read-modify-write never reads an old value.
        assert!(!inside.swap(true, Relaxed), "two threads hold the lock at once");
        // Relaxed: as above.
        assert!(inside.swap(false, Relaxed), "two threads held the lock at once");
    });
}

/// Another thread holds the lock once, and this one so many times.
fn hold_beside_another(times: u32) {
    let shared = Shared::new((SpinLock::new(()), AtomicBool::new(false)));
    let (lock, inside) = &*shared;
    let theirs = shared.clone();
    let other = thread::spawn(move || hold(&theirs.0, &theirs.1));
    for _ in 0..times {
        hold(lock, inside);
    }
    other.join().unwrap();
}

fn two_threads() {
    sync::model(|| hold_beside_another(1));
}

fn unlocks_once() {
    sync::Model::new().preemptions(2).check(|| hold_beside_another(2));
}

/// Counts to `threads` with one thread for each step.
fn count(threads: u32) {
    let lock = Shared::new(SpinLock::new(Probe::new(0)));
    let others: Vec<_> = (1..threads)
        .map(|_| {
            let lock = lock.clone();
            thread::spawn(move || with(&lock, |data| data.add(1)))
        })
        .collect();
    with(&lock, |data| data.add(1));
    for other in others {
        other.join().unwrap();
    }
    with(&lock, |data| assert_eq!(data.get(), threads, "an increment was lost"));
}

fn hand_over() {
    sync::model(|| count(2));
}

fn three_threads() {
    sync::Model::new().preemptions(2).check(|| count(3));
}
