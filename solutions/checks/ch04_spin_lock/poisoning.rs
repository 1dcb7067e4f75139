//! What `ch04_spin_lock/poisoning` must do.

use super::subject::{Guard, SpinLock};
use super::sync::{self, cell::Probe, expect_panic, thread};
use grader::{Check, OnDrop, Shared, impls};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

#[path = "clients/poisoning.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("lock_is_shared_exactly_where_the_data_is_send", lock_is_shared_where_send),
    Check::fact("guard_is_shared_exactly_where_the_data_is", guard_is_shared_where_data_is),
    Check::model("guard_gives_access_and_unlocks_when_dropped", one_thread),
    Check::model("guard_dropped_without_a_panic_does_not_poison", no_panic_no_poison),
    Check::model("panic_of_the_holder_unlocks", panic_unlocks),
    Check::model("panic_of_the_holder_poisons", panic_poisons),
    Check::model("poisoned_lock_can_be_locked_again_and_again", again_and_again),
    Check::fact("poison_stays_however_many_holders_panic", very_often),
    Check::model("error_gives_access_and_unlocks_when_dropped", error_gives_access),
    Check::model("clear_poison_makes_lock_return_ok", clear_poison_clears),
    Check::model("panic_after_clear_poison_poisons_again", poisoned_twice),
    Check::model(
        "destructor_that_locks_during_a_panic_does_not_poison",
        late_guard_does_not_poison,
    ),
    Check::model("into_inner_tells_of_a_panic", into_inner_tells),
    Check::model("data_is_dropped_once", data_is_dropped_once),
    Check::model("is_poisoned_does_not_wait_for_the_holder", is_poisoned_does_not_wait),
    Check::model(
        "is_poisoned_is_false_while_an_orderly_holder_has_the_lock",
        holding_is_not_poison,
    ),
    Check::model("two_threads_never_overlap", two_threads_never_overlap),
    Check::model("holders_of_a_poisoned_lock_never_overlap", poisoned_holders_never_overlap),
    Check::model("clear_poison_leaves_the_lock_held", clear_poison_does_not_unlock),
    Check::model("next_holder_learns_of_the_panic", next_holder_learns_of_the_panic),
    Check::model("next_holder_learns_of_the_repair", next_holder_learns_of_the_repair),
    Check::model("three_threads_never_overlap_when_one_panics", three_threads_never_overlap),
    Check::counted("every_small_program_does_what_a_lock_does", clients::check::<small::Locks>),
];

/// Takes the lock, poisoned or not; tells whether it is.
fn take<T>(lock: &SpinLock<T>) -> (Guard<'_, T>, bool) {
    match lock.lock() {
        Ok(guard) => (guard, false),
        Err(error) => (error.into_inner(), true),
    }
}

/// The error, or a failure with these words. (`expect_err` asks for `Debug`, which guards need not have.)
#[track_caller]
fn error<T, E>(result: Result<T, E>, expected: &str) -> E {
    match result {
        Err(error) => error,
        Ok(_) => panic!("{expected}"),
    }
}

/// Takes the lock, breaks the data (makes it 1), and panics.
fn break_and_panic(lock: &SpinLock<Probe>) {
    let (mut guard, _) = take(lock);
    expect_panic(move || {
        guard.set(1);
        panic!("with the lock held, on purpose");
    });
}

fn poisoned() -> SpinLock<Probe> {
    let lock = SpinLock::new(Probe::new(0));
    break_and_panic(&lock);
    lock
}

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
        take(&lock).0.add(1);
        let (mut guard, _) = take(&lock);
        assert_eq!(guard.get(), 2, "the second guard does not see what the first one wrote");
        guard.set(3);
        drop(guard);
        assert_eq!(
            take(&lock).0.get(),
            3,
            "the third guard does not see what the second one wrote"
        );
    });
}

fn no_panic_no_poison() {
    sync::model(|| {
        let lock = SpinLock::new(0);
        assert!(!lock.is_poisoned(), "a new lock is poisoned");
        for _ in 0..2 {
            assert!(lock.lock().is_ok(), "`lock` returns `Err` although nobody has panicked");
            assert!(
                !lock.is_poisoned(),
                "a guard was dropped without a panic, but the lock is poisoned"
            );
        }
        expect_panic(|| panic!("without the lock, on purpose"));
        assert!(
            lock.lock().is_ok(),
            "a thread panicked without holding the lock, but the lock is poisoned"
        );
        let guard = take(&lock).0;
        expect_panic(|| panic!("with the lock held, on purpose"));
        drop(guard);
        assert!(
            lock.lock().is_ok(),
            "a panic was caught before the guard was dropped, but the lock is poisoned"
        );
    });
}

fn panic_unlocks() {
    sync::model(|| {
        let lock = poisoned();
        // Waits for ever if the panic has not unlocked.
        drop(take(&lock));
    });
}

fn panic_poisons() {
    sync::model(|| {
        let lock = poisoned();
        assert!(lock.is_poisoned(), "a holder panicked, but `is_poisoned` is false");
        assert!(lock.lock().is_err(), "a holder panicked, but `lock` returns `Ok`");
        // What the holder has done with the data makes no difference.
        let lock = SpinLock::new(Probe::new(0));
        let (guard, _) = take(&lock);
        expect_panic(move || {
            let _held = guard;
            panic!("with the lock held, on purpose");
        });
        assert!(
            lock.is_poisoned(),
            "a holder panicked that had not touched the data, but `is_poisoned` is false"
        );
    });
}

fn again_and_again() {
    sync::model(|| {
        let lock = poisoned();
        for round in 1..=3 {
            let Err(error) = lock.lock() else {
                panic!(
                    "`lock` number {round} after the panic returns `Ok`: nobody has called `clear_poison`"
                );
            };
            let mut guard = error.into_inner();
            assert!(lock.is_poisoned(), "a guard from an error is held, but `is_poisoned` says no");
            assert_eq!(guard.get(), round, "the guard in the error gives access to something else");
            guard.add(1);
            drop(guard);
            assert!(
                lock.is_poisoned(),
                "the lock has lost its poison: nobody has called `clear_poison`"
            );
        }
    });
}

/// More panics than a byte counts: too many for a model.
fn very_often() {
    let lock = SpinLock::new(());
    for number in 1..=257 {
        let (guard, _) = take(&lock);
        let panic = catch_unwind(AssertUnwindSafe(move || {
            let _guard = guard;
            resume_unwind(Box::new(()))
        }));
        drop(panic);
        assert!(lock.is_poisoned(), "the lock has lost its poison after {number} panics");
    }
}

fn error_gives_access() {
    sync::model(|| {
        let lock = poisoned();
        let mut error = error(lock.lock(), "`lock` returns `Ok` after a panic");
        assert_eq!(error.get_ref().get(), 1, "`get_ref` gives access to something else");
        error.get_mut().set(2);
        assert_eq!(error.get_ref().get(), 2, "what is written through `get_mut` is lost");
        // The next `lock` waits for ever if this does not unlock.
        drop(error);
        assert_eq!(take(&lock).0.get(), 2);
    });
}

fn clear_poison_clears() {
    sync::model(|| {
        let lock = poisoned();
        lock.clear_poison();
        assert!(!lock.is_poisoned(), "`is_poisoned` after `clear_poison`");
        assert!(lock.lock().is_ok(), "`lock` returns `Err` after `clear_poison`");
        break_and_panic(&lock);
        let (mut guard, _) = take(&lock);
        guard.set(0);
        lock.clear_poison();
        drop(guard);
        assert!(
            !lock.is_poisoned(),
            "a holder called `clear_poison`, but its unlock has poisoned the lock again"
        );
        assert!(lock.lock().is_ok(), "`lock` returns `Err` after a holder called `clear_poison`");
    });
}

fn poisoned_twice() {
    sync::model(|| {
        let lock = poisoned();
        lock.clear_poison();
        break_and_panic(&lock);
        assert!(
            lock.lock().is_err(),
            "a holder panicked after `clear_poison`, but `lock` returns `Ok`"
        );
    });
}

fn late_guard_does_not_poison() {
    /// Locks in its destructor.
    struct Late<'a>(&'a SpinLock<Probe>);

    impl Drop for Late<'_> {
        fn drop(&mut self) {
            take(self.0).0.add(1);
        }
    }

    sync::model(|| {
        let lock = SpinLock::new(Probe::new(0));
        expect_panic(|| {
            let _late = Late(&lock);
            panic!("before the lock is taken, on purpose");
        });
        let (guard, poisoned) = take(&lock);
        assert_eq!(guard.get(), 1, "the destructor's write is lost");
        assert!(
            !poisoned,
            "a destructor took the lock and released it while its thread was already unwinding. The panic was not that holder's, but the lock is poisoned"
        );
    });
    sync::model(|| {
        let lock = poisoned();
        expect_panic(|| {
            let _repairs = OnDrop::new(|| {
                let (_guard, _) = take(&lock);
                lock.clear_poison();
            });
            panic!("before the lock is taken, on purpose");
        });
        assert!(
            !lock.is_poisoned(),
            "a destructor cleared the poison and released the lock while its thread was already unwinding. The panic was not that holder's, but the lock is poisoned"
        );
    });
    // A guard that a destructor takes, and that outlives the panic.
    sync::model(|| {
        let lock = SpinLock::new(Probe::new(0));
        let kept = Cell::new(None);
        expect_panic(|| {
            let _late = OnDrop::new(|| kept.set(Some(take(&lock).0)));
            panic!("before the lock is taken, on purpose");
        });
        drop(kept.take());
        assert!(
            !lock.is_poisoned(),
            "a destructor took the lock while its thread was unwinding, and the guard was dropped when that panic had been caught. No holder has panicked, but the lock is poisoned"
        );
    });
}

fn into_inner_tells() {
    sync::model(|| {
        let value = SpinLock::new(Probe::new(5)).into_inner();
        assert_eq!(
            value.expect("`into_inner` returns `Err` although nobody has panicked").get(),
            5
        );
        let value = poisoned().into_inner();
        let error = error(value, "`into_inner` of a poisoned lock returns `Ok`");
        assert_eq!(error.into_inner().get(), 1, "the error holds something else than the data");
        // Who owns the lock need not wait for it, though a guard was forgotten.
        let lock = SpinLock::new(Probe::new(5));
        std::mem::forget(lock.lock());
        let value = lock.into_inner();
        assert_eq!(
            value
                .expect(
                    "a guard was forgotten, and nobody has panicked, but `into_inner` returns `Err`"
                )
                .get(),
            5
        );
        // Nor is a panic that has nothing to do with the lock any of its business.
        let mut is_ok = false;
        expect_panic(|| {
            let lock = SpinLock::new(Probe::new(5));
            let _last = OnDrop::new(|| is_ok = lock.into_inner().is_ok());
            panic!("without the lock, on purpose");
        });
        assert!(
            is_ok,
            "a destructor calls `into_inner` while its thread unwinds. No holder has panicked, but it returns `Err`"
        );
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
        drop(take(&lock));
        let (guard, _) = take(&lock);
        expect_panic(move || {
            let _held = guard;
            panic!("with the lock held, on purpose");
        });
        drop(take(&lock));
        drop(lock.lock());
        assert_eq!(DROPS.get(), 0, "a guard or an error dropped the data: it belongs to the lock");
        drop(lock);
        assert_eq!(DROPS.get(), 1, "dropping the lock must drop the data, once");
        drop(SpinLock::new(Counted).into_inner());
        assert_eq!(DROPS.get(), 2, "what `into_inner` returns must be dropped once");
    });
    // So it is where a forgotten guard keeps the lock held for ever. What the lock itself has in memory may leak then.
    sync::Model::new().may_leak().check(|| {
        DROPS.set(0);
        let lock = SpinLock::new(Counted);
        std::mem::forget(lock.lock());
        drop(lock);
        assert_eq!(DROPS.get(), 1, "drops of the data of a lock that is dropped while it is held");
    });
}

fn is_poisoned_does_not_wait() {
    sync::model(|| {
        let lock = Shared::new(poisoned());
        let held = take(&lock);
        let theirs = lock.clone();
        // The lock stays held until this thread has ended: `join` hangs if `is_poisoned` waits.
        let other = thread::spawn(move || theirs.is_poisoned());
        assert!(other.join().unwrap(), "`is_poisoned` is false although the panic happened before");
        drop(held);
    });
}

fn holding_is_not_poison() {
    sync::model(|| {
        let lock = SpinLock::new(0);
        let (guard, _) = take(&lock);
        assert!(
            !lock.is_poisoned(),
            "`is_poisoned` is true while a holder has the lock, although nobody has panicked"
        );
        drop(guard);
    });
}

fn two_threads_never_overlap() {
    sync::model(|| {
        let lock = Shared::new(SpinLock::new(Probe::new(0)));
        let theirs = lock.clone();
        let other = thread::spawn(move || take(&theirs).0.add(1));
        take(&lock).0.add(1);
        other.join().unwrap();
        assert_eq!(take(&lock).0.get(), 2, "an increment was lost");
    });
}

fn poisoned_holders_never_overlap() {
    sync::model(|| {
        let lock = Shared::new(poisoned());
        let theirs = lock.clone();
        let other = thread::spawn(move || {
            let mut error = error(theirs.lock(), "`lock` returns `Ok` after a panic");
            error.get_mut().add(1);
            error.into_inner().add(1);
        });
        take(&lock).0.add(1);
        other.join().unwrap();
        assert_eq!(take(&lock).0.get(), 4, "an increment was lost");
    });
}

fn clear_poison_does_not_unlock() {
    sync::model(|| {
        let lock = Shared::new(poisoned());
        let (mut guard, _) = take(&lock);
        let theirs = lock.clone();
        let other = thread::spawn(move || take(&theirs).0.add(1));
        lock.clear_poison();
        guard.add(1);
        drop(guard);
        other.join().unwrap();
        assert_eq!(take(&lock).0.get(), 3, "an increment was lost");
    });
}

fn next_holder_learns_of_the_panic() {
    sync::model(|| {
        let lock = Shared::new(SpinLock::new(Probe::new(0)));
        let theirs = lock.clone();
        let other = thread::spawn(move || break_and_panic(&theirs));
        let (guard, poisoned) = take(&lock);
        let broken = guard.get() == 1;
        assert!(
            poisoned || !broken,
            "the previous holder has panicked, but `lock` returns `Ok` with the data that it broke"
        );
        assert!(!poisoned || broken, "`lock` returns `Err` although no holder has panicked yet");
        drop(guard);
        other.join().unwrap();
        assert!(
            lock.is_poisoned(),
            "a holder panicked, but `is_poisoned` is false after its thread has ended"
        );
    });
}

fn next_holder_learns_of_the_repair() {
    sync::model(|| {
        let lock = Shared::new(poisoned());
        let theirs = lock.clone();
        let other = thread::spawn(move || {
            let (mut guard, _) = take(&theirs);
            guard.set(0);
            theirs.clear_poison();
        });
        let (guard, poisoned) = take(&lock);
        let broken = guard.get() == 1;
        assert!(
            poisoned || !broken,
            "`lock` returns `Ok` although nobody has repaired the data yet"
        );
        assert!(
            !poisoned || broken,
            "the previous holder has called `clear_poison`, but `lock` returns `Err`"
        );
        drop(guard);
        other.join().unwrap();
    });
}

fn three_threads_never_overlap() {
    sync::Model::new().preemptions(1).check(|| {
        let lock = Shared::new(SpinLock::new(Probe::new(0)));
        let theirs = lock.clone();
        let panics = thread::spawn(move || {
            let (mut guard, _) = take(&theirs);
            expect_panic(move || {
                guard.add(1);
                panic!("with the lock held, on purpose");
            });
        });
        let theirs = lock.clone();
        let other = thread::spawn(move || take(&theirs).0.add(1));
        take(&lock).0.add(1);
        panics.join().unwrap();
        other.join().unwrap();
        let (guard, poisoned) = take(&lock);
        assert_eq!(guard.get(), 3, "an increment was lost");
        assert!(poisoned, "one of three holders panicked, but `lock` returns `Ok`");
    });
}
