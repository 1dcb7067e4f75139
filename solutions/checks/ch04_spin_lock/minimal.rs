//! What `ch04_spin_lock/minimal` must do.

use super::subject::SpinLock;
use super::sync::{
    self,
    atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    cell::{Probe, UnsafeCell},
    hint, thread,
};
use grader::{Check, Shared, impls};

#[path = "clients/minimal.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("lock_can_be_shared_and_sent_between_threads", is_shared_and_sent),
    Check::model("lock_is_free_again_after_unlock", is_free_after_unlock),
    Check::counted("lock_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("default_lock_is_unlocked", default_is_unlocked),
    Check::model("lock_waits_until_the_holder_unlocks", waits_for_the_holder),
    Check::model("two_threads_never_hold_the_lock_at_once", two_threads),
    Check::model("each_unlock_frees_the_lock_once", unlocks_once),
    Check::model("what_a_holder_did_happens_before_what_the_next_one_does", hand_over),
    Check::model("three_threads_hold_the_lock_in_turn", three_threads),
    Check::model("two_locks_know_nothing_of_each_other", two_locks),
    Check::counted("every_small_program_does_what_a_lock_does", clients::check::<small::Locks>),
];

fn is_shared_and_sent() {
    assert!(impls!(SpinLock: Sync), "the lock is not `Sync`: two threads could not both reach it");
    assert!(impls!(SpinLock: Send), "the lock is not `Send`");
}

fn uses_sync() {
    clients::sees_atomics(|| {
        let lock = SpinLock::new();
        lock.lock();
        lock.unlock();
    });
}

fn is_free_after_unlock() {
    sync::model(|| {
        let lock = SpinLock::new();
        for _ in 0..3 {
            lock.lock();
            lock.unlock();
        }
    });
}

fn default_is_unlocked() {
    sync::model(|| {
        let lock = SpinLock::default();
        lock.lock();
        lock.unlock();
    });
}

fn two_locks() {
    sync::model(|| {
        let (first, second) = (SpinLock::new(), SpinLock::new());
        first.lock();
        second.lock();
        first.unlock();
        first.lock();
        second.unlock();
        first.unlock();
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
        let shared = Shared::new((SpinLock::new(), AtomicU32::new(0)));
        let (lock, taken) = &*shared;
        lock.lock();
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            let (lock, taken) = &*theirs;
            lock.lock();
            // Relaxed: as in `take_steps`.
            let ended = taken.fetch_add(0, Relaxed) == STEPS;
            assert!(ended, "`lock` returned while another thread held the lock");
            lock.unlock();
        });
        take_steps(taken);
        lock.unlock();
        other.join().unwrap();
    });
}

/// Enters and leaves what one thread at a time may be in. The lock is to keep the others out, not these operations, and
/// they order nothing: only who holds it when is looked at, not what is handed over.
fn hold(lock: &SpinLock, inside: &AtomicBool) {
    lock.lock();
    // Relaxed: a read-modify-write never reads an old value.
    assert!(!inside.swap(true, Relaxed), "two threads hold the lock at once");
    // Relaxed: as above.
    assert!(inside.swap(false, Relaxed), "two threads held the lock at once");
    lock.unlock();
}

/// Another thread holds the lock once, and this one so many times.
fn hold_beside_another(times: u32) {
    let shared = Shared::new((SpinLock::new(), AtomicBool::new(false)));
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

/// Adds 1 to the data, plainly, with the lock held.
fn add_one(lock: &SpinLock, data: &UnsafeCell<Probe>) {
    lock.lock();
    // SAFETY: what is checked: the lock keeps every other access away. The model looks at each, before it is done.
    unsafe { &mut *data.get() }.add(1);
    lock.unlock();
}

/// Counts to `threads` with one thread for each step.
fn count(threads: u32) {
    let shared = Shared::new((SpinLock::new(), UnsafeCell::new(Probe::new(0))));
    let (lock, data) = &*shared;
    let others: Vec<_> = (1..threads)
        .map(|_| {
            let theirs = shared.clone();
            thread::spawn(move || add_one(&theirs.0, &theirs.1))
        })
        .collect();
    add_one(lock, data);
    for other in others {
        other.join().unwrap();
    }
    lock.lock();
    // SAFETY: all other threads have ended.
    assert_eq!(unsafe { &*data.get() }.get(), threads, "an increment was lost");
    lock.unlock();
}

fn hand_over() {
    sync::model(|| count(2));
}

fn three_threads() {
    sync::Model::new().preemptions(2).check(|| count(3));
}
