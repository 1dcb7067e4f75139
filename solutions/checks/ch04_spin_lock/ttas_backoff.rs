//! What `ch04_spin_lock/ttas_backoff` must do.

use super::subject::{Guard, SpinLock};
use super::sync::{self, Turn, cell::Probe, counters, thread};
use grader::{Check, Shared, impls};
use std::cell::Cell;
use std::mem;

#[path = "clients/ttas_backoff.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("lock_is_shared_exactly_where_the_data_is_send", lock_is_shared_where_send),
    Check::fact("guard_is_shared_exactly_where_the_data_is", guard_is_shared_where_data_is),
    Check::model("guard_gives_access_and_unlocks_when_dropped", one_thread),
    Check::model("data_is_dropped_once_with_the_lock", data_is_dropped_once),
    Check::model("try_lock_takes_a_free_lock", try_lock_takes_a_free_lock),
    Check::model("try_lock_of_a_held_lock_returns_none_at_once", try_lock_of_a_held_lock),
    Check::model("failed_try_lock_leaves_the_lock_held", failed_try_lock_changes_nothing),
    Check::fact("very_many_failed_try_locks_leave_the_lock_held", very_many_fail),
    Check::model("two_threads_never_overlap", two_threads_never_overlap),
    Check::model("lock_and_try_lock_never_overlap", lock_and_try_lock_never_overlap),
    Check::model("waiter_sees_the_last_unlock", waiter_sees_the_last_unlock),
    Check::model("three_threads_never_overlap", three_threads_never_overlap),
    Check::counted("uncontended_lock_does_not_pause", uncontended_lock_does_not_pause),
    Check::counted("waiter_only_reads_while_the_lock_is_held", waiter_only_reads),
    Check::counted("waiter_only_reads_again_after_a_lost_race", waiter_only_reads_again),
    Check::counted("lost_race_is_followed_by_a_pause", lost_race_is_followed_by_a_pause),
    Check::counted("every_small_program_does_what_a_lock_does", clients::check::<small::Locks>),
];

fn lock_is_shared_where_send() {
    assert!(
        impls!(SpinLock<Cell<u8>>: Sync),
        "a lock around data that is `Send` must be `Sync`: `Cell<u8>` is such data"
    );
    assert!(impls!(SpinLock<Cell<u8>>: Send), "a lock around data that is `Send` must be `Send`");
    assert!(
        !impls!(SpinLock<*const u8>: Sync),
        "a lock around data that is not `Send` is `Sync`: it would move a `*const u8` between threads"
    );
    assert!(!impls!(SpinLock<*const u8>: Send), "a lock around data that is not `Send` is `Send`");
}

fn guard_is_shared_where_data_is() {
    assert!(impls!(Guard<'static, u8>: Sync), "a guard of `Sync` data must be `Sync`");
    assert!(
        !impls!(Guard<'static, Cell<u8>>: Sync),
        "a guard of a `Cell<u8>` is `Sync`: two threads could use the cell at once"
    );
    assert!(
        !impls!(Guard<'static, *const u8>: Send),
        "a guard of data that is not `Send` is `Send`: it would take a `*const u8` to another thread"
    );
}

fn one_thread() {
    sync::model(|| {
        let lock = SpinLock::new(Probe::new(1));
        lock.lock().add(1);
        let mut guard = lock.lock();
        assert_eq!(guard.get(), 2, "the second guard does not see what the first one wrote");
        guard.set(3);
        drop(guard);
        assert_eq!(lock.lock().get(), 3, "the third guard does not see what the second one wrote");
    });
}

thread_local! {
    /// How many [`Counted`] have been dropped in this execution.
    static DROPS: Cell<u32> = const { Cell::new(0) };
}

/// Counts its drops, and survives a second one.
struct Counted;

impl Drop for Counted {
    fn drop(&mut self) {
        DROPS.set(DROPS.get() + 1);
    }
}

fn data_is_dropped_once() {
    sync::model(|| {
        DROPS.set(0);
        let lock = SpinLock::new(Counted);
        drop(lock.lock());
        drop(lock.try_lock());
        assert_eq!(DROPS.get(), 0, "a guard dropped the data: it belongs to the lock");
        drop(lock);
        assert_eq!(DROPS.get(), 1, "dropping the lock must drop the data, once");
    });
    // So it is where a forgotten guard keeps the lock held for ever. What the lock itself has in memory may leak then.
    sync::Model::new().may_leak().check(|| {
        DROPS.set(0);
        let lock = SpinLock::new(Counted);
        mem::forget(lock.lock());
        drop(lock);
        assert_eq!(DROPS.get(), 1, "drops of the data of a lock that is dropped while it is held");
    });
}

fn try_lock_takes_a_free_lock() {
    sync::model(|| {
        let lock = SpinLock::new(Probe::new(0));
        let guard = lock.try_lock();
        assert!(guard.is_some(), "`try_lock` of a lock that nobody ever held returns `None`");
        guard.unwrap().add(1);
        let guard = lock.try_lock();
        assert!(
            guard.is_some(),
            "`try_lock` returns `None` after the guard of an earlier one was dropped"
        );
        guard.unwrap().add(1);
        assert_eq!(lock.lock().get(), 2);
        assert!(
            lock.try_lock().is_some(),
            "`try_lock` returns `None` after the guard of `lock` was dropped"
        );
    });
}

fn try_lock_of_a_held_lock() {
    sync::model(|| {
        let lock = Shared::new(SpinLock::new(0));
        let guard = lock.lock();
        let theirs = lock.clone();
        // The lock stays held until this thread has ended: `join` hangs if `try_lock` waits.
        let other = thread::spawn(move || theirs.try_lock().is_some());
        assert!(!other.join().unwrap(), "`try_lock` returns a guard while another thread has one");
        drop(guard);
    });
}

fn failed_try_lock_changes_nothing() {
    sync::model(|| {
        let lock = SpinLock::new(0);
        let guard = lock.lock();
        assert!(lock.try_lock().is_none(), "`try_lock` returns a second guard");
        assert!(
            lock.try_lock().is_none(),
            "a `try_lock` that returned `None` has unlocked the lock"
        );
        drop(guard);
        assert!(
            lock.try_lock().is_some(),
            "after a failed `try_lock` and the unlock, the lock is not free"
        );
    });
}

/// More than a byte counts: too many for a model.
fn very_many_fail() {
    let lock = SpinLock::new(());
    let guard = lock.lock();
    for number in 1..=257 {
        assert!(
            lock.try_lock().is_none(),
            "call {number} of `try_lock` of a held lock returns a second guard"
        );
    }
    drop(guard);
    assert!(
        lock.try_lock().is_some(),
        "after 257 calls of `try_lock` that failed, and the unlock, the lock is not free"
    );
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

fn lock_and_try_lock_never_overlap() {
    sync::model(|| {
        let lock = Shared::new(SpinLock::new(Probe::new(0)));
        let theirs = lock.clone();
        let other = thread::spawn(move || match theirs.try_lock() {
            Some(mut data) => {
                data.add(1);
                1
            }
            None => 0,
        });
        lock.lock().add(1);
        let tried = other.join().unwrap();
        assert_eq!(lock.lock().get(), 1 + tried, "an increment was lost");
    });
}

/// The main thread unlocks twice: the waiter may lose to it once.
fn waiter_sees_the_last_unlock() {
    sync::model(|| {
        let lock = Shared::new(SpinLock::new(Probe::new(0)));
        let guard = lock.lock();
        let theirs = lock.clone();
        let other = thread::spawn(move || theirs.lock().add(1));
        drop(guard);
        lock.lock().add(1);
        other.join().unwrap();
        assert_eq!(lock.lock().get(), 2, "an increment was lost");
    });
}

fn three_threads_never_overlap() {
    sync::Model::new().preemptions(2).check(|| {
        let lock = Shared::new(SpinLock::new(Probe::new(0)));
        let others =
            [lock.clone(), lock.clone()].map(|lock| thread::spawn(move || lock.lock().add(1)));
        lock.lock().add(1);
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(lock.lock().get(), 3, "an increment was lost");
    });
}

fn uncontended_lock_does_not_pause() {
    sync::model(|| {
        let lock = SpinLock::new(0);
        let before = counters();
        let guard = lock.lock();
        let after = counters();
        drop(guard);
        let hints = after.hints - before.hints;
        // Whoever pauses after a spurious failure of a weak exchange is right.
        assert!(
            after.spurious > 0 || hints == 0,
            "`lock` gives {hints} hints to wait although the lock is free"
        );
    });
}

/// Objects to a thread that writes while it waits.
fn only_reads(turn: &Turn) -> Result<(), String> {
    let Turn { rmws, writes, .. } = *turn;
    if rmws + writes == 0 {
        return Ok(());
    }
    Err(format!(
        "`lock` goes on with read-modify-writes or stores while another thread holds the lock: {} in each turn of the loop \
         in which thread {} waits. A waiter should only load until the lock looks free",
        rmws + writes,
        turn.thread
    ))
}

fn waiter_only_reads() {
    sync::Model::new().waits(only_reads).check(|| {
        let lock = SpinLock::new(0);
        // Never unlocked: the second `lock` waits for ever.
        mem::forget(lock.lock());
        drop(lock.lock());
    });
}

fn waiter_only_reads_again() {
    sync::Model::new().waits(only_reads).check(|| {
        let lock = Shared::new(SpinLock::new(0));
        let guard = lock.lock();
        let theirs = lock.clone();
        let other = thread::spawn(move || drop(theirs.lock()));
        drop(guard);
        // The other thread may see the lock free and be too late. Then it waits for ever.
        mem::forget(lock.lock());
        other.join().unwrap();
    });
}

fn lost_race_is_followed_by_a_pause() {
    sync::model(|| {
        let lock = Shared::new(SpinLock::new(0));
        let start = counters();
        drop(lock.lock());
        let free = counters();
        // What taking a free lock and unlocking it cost.
        let cost = free.rmws - free.spurious - start.rmws;

        let guard = lock.lock();
        let theirs = lock.clone();
        let other = thread::spawn(move || {
            let mut turns = theirs.lock();
            *turns += 1;
            *turns
        });
        drop(guard);
        *lock.lock() += 1;
        // Where the other thread comes last, the main one never waits: all failed attempts and hints are the other's.
        if other.join().unwrap() == 2 {
            let end = counters();
            let failed =
                (end.rmws - end.spurious - free.rmws + free.spurious).saturating_sub(3 * cost);
            let hints = end.hints - free.hints;
            // The attempt on arrival may fail without a pause: it did not test before.
            assert!(
                failed <= hints + 1,
                "`lock` failed {failed} times and gave {hints} hints to wait: each time that the lock looks free and another \
                 thread is faster, it should pause before it looks again"
            );
        }
    });
}
