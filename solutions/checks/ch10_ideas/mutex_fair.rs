//! What `ch10_ideas/mutex_fair` must do.

use super::{
    subject::{Mutex, MutexGuard},
    sync::{
        self,
        atomic::{AtomicBool, Ordering::Relaxed},
        hint, judge, thread,
    },
};
use grader::{Check, Shared};
use std::sync::{Arc, atomic::AtomicU32};

#[path = "../ch09_locks/mutex/clients.rs"]
mod small;

#[path = "../ch09_locks/mutex/contract.rs"]
#[allow(dead_code, reason = "the last stage of chapter 9 uses all of it")]
mod contract;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("mutex_is_sync_exactly_where_the_data_is_send", contract::mutex_is_sync_where_send),
    Check::fact("guard_is_sync_exactly_where_the_data_is", contract::guard_is_sync_where_data_is),
    Check::fact("guard_stays_on_its_thread", contract::guard_is_not_send),
    Check::model("guard_gives_the_data_and_unlocks_when_dropped", contract::gives_the_data),
    Check::model("get_mut_and_into_inner_give_the_data", contract::gives_the_data_to_its_owner),
    Check::model("debug_shows_the_data_and_never_waits", contract::debug_does_not_wait),
    Check::model("holder_that_panics_unlocks", contract::panic_unlocks),
    Check::model("try_lock_takes_a_free_lock_and_no_other", contract::try_lock_takes_a_free_lock),
    Check::model("lock_waits_until_the_guard_is_dropped", contract::waits_for_the_holder),
    Check::model("two_threads_never_have_a_guard_at_once", contract::two_threads),
    Check::model("what_a_holder_did_happens_before_what_the_next_one_does", contract::hand_over),
    Check::model("two_sleepers_are_woken_one_after_the_other", contract::two_sleepers),
    Check::model("last_user_may_free_the_mutex", contract::last_user_frees),
    Check::counted("waiter_goes_to_sleep", contract::waiter_sleeps),
    Check::counted("waiter_that_is_overtaken_sleeps_again", contract::overtaken_waiter_sleeps),
    Check::counted(
        "uncontended_lock_and_unlock_make_no_system_call",
        contract::uncontended_makes_no_call,
    ),
    Check::model("try_lock_fails_only_if_the_lock_is_held", try_lock_beside_a_waiter),
    Check::model("each_thread_that_waits_is_counted", counts_waiters),
    Check::counted("waiter_that_did_not_sleep_makes_the_count_begin_anew", did_not_sleep),
    Check::counted("who_comes_to_wait_does_not_make_the_count_begin_anew", newcomer),
    Check::counted("more_than_two_that_wait_are_counted", counts_many),
    Check::counted("waiters_are_overtaken_as_often_as_promised_and_no_more", overtakes),
    Check::counted("lock_is_not_handed_over_before", not_before),
    Check::counted("who_waits_later_is_overtaken_as_often", later_waiter),
    Check::counted("unlock_by_a_panic_hands_over_as_well", panic_hands_over),
    Check::counted("every_small_program_does_what_a_lock_does", clients::check::<small::Locks>),
];

/// How many of those who waited have had the lock.
type Served = u32;

/// Executions of a model with two threads that wait. Whoever is overtaken runs late, and that is tried first.
const WITH_TWO: u64 = 5_000;

/// So many threads wait, and the main thread goes on when `waiting` says so; where some of them come later, it never does.
fn while_threads_wait(
    number: u32,
    other: fn(&Mutex<Served>),
    main: fn(&Mutex<Served>, MutexGuard<'_, Served>),
) {
    let most = match number {
        1 => u64::MAX,
        2 => WITH_TWO,
        _ => WITH_TWO / 5,
    };
    sync::Model::new().faults(0).executions(most).waits(|_| Ok(())).check(move || {
        let lock = Shared::new(Mutex::new(0));
        let guard = lock.lock();
        let others: Vec<_> = (0..number)
            .map(|_| {
                let theirs = lock.clone();
                thread::spawn(move || other(&theirs))
            })
            .collect();
        let all_wait = AtomicBool::new(lock.waiting() == number);
        // Relaxed: nobody writes it.
        while !all_wait.load(Relaxed) {
            hint::spin_loop();
        }
        main(&lock, guard);
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(lock.waiting(), 0, "how many threads `waiting` counts when nobody waits");
    });
}

/// Unlocks, and takes the lock again before anybody who waits for it, so often. How often that went well, and whether it went wrong
/// though nobody had got the lock meanwhile; for `waiting` is how many others wait.
fn overtake<'a>(
    lock: &'a Mutex<Served>,
    mut guard: MutexGuard<'a, Served>,
    times: u32,
) -> (u32, bool) {
    let (served, waiting) = (*guard, lock.waiting());
    for got in 0..times {
        drop(guard);
        match lock.try_lock() {
            Some(again) if *again == served => guard = again,
            _ => return (got, lock.waiting() == waiting),
        }
    }
    (times, false)
}

fn try_lock_beside_a_waiter() {
    sync::Model::new().faults(0).check(|| {
        let lock = Shared::new(Mutex::new(0));
        let guard = lock.lock();
        let theirs = lock.clone();
        let other = thread::spawn(move || *theirs.lock() += 1);
        drop(guard);
        if lock.try_lock().is_none() {
            assert_ne!(
                *lock.lock(),
                0,
                "`try_lock` failed although nobody has had the lock since it was unlocked. A thread that comes to wait does not make it held"
            );
        }
        other.join().unwrap();
    });
}

fn counts_waiters() {
    sync::Model::new()
        .faults(0)
        .waits(|_| Err("two threads wait for the lock, but `waiting` never says so".into()))
        .check(|| {
            let lock = Shared::new(Mutex::new(0));
            let guard = lock.lock();
            let others =
                [lock.clone(), lock.clone()].map(|lock| thread::spawn(move || *lock.lock() += 1));
            while lock.waiting() != 2 {
                thread::yield_now();
            }
            drop(guard);
            for other in others {
                other.join().unwrap();
            }
        });
}

/// So many threads wait at most, in all executions.
fn counts_many() {
    const MANY: u32 = 5;
    let most = Arc::new(AtomicU32::new(0));
    let counted = most.clone();
    let model = sync::Model::new().faults(0).main_last().executions(100);
    model.waits(|_| Ok(())).check(move || {
        let lock = Shared::new(Mutex::new(0));
        let _guard = lock.lock();
        for number in 1..=MANY {
            let theirs = lock.clone();
            thread::spawn(move || *theirs.lock() += 1);
            let waiting = lock.waiting();
            // Relaxed, as below: executions come one after the other.
            counted.fetch_max(waiting, Relaxed);
            go_on_if(waiting == number);
        }
        go_on_if(false);
    });
    let most = most.load(Relaxed);
    assert_eq!(
        most, MANY,
        "the most that `waiting` says, in all executions of {MANY} threads that wait"
    );
}

/// Goes on in those executions only in which it is so. In the others, the main thread waits for ever.
fn go_on_if(is_so: bool) {
    let goes_on = AtomicBool::new(is_so);
    // Relaxed: nobody writes it.
    while !goes_on.load(Relaxed) {
        hint::spin_loop();
    }
}

/// After the first unlock a second thread begins to wait.
fn newcomer() {
    sync::Model::new().faults(0).executions(WITH_TWO).waits(|_| Ok(())).check(|| {
        let lock = Shared::new(Mutex::new(0));
        let mut guard = Some(lock.lock());
        let mut others = Vec::new();
        let patience = Mutex::<()>::PATIENCE;
        for unlock in 1..=patience {
            if let waiting @ 1..=2 = unlock {
                let theirs = lock.clone();
                others.push(thread::spawn(move || *theirs.lock() += 1));
                go_on_if(lock.waiting() == waiting);
            }
            drop(guard);
            guard = lock.try_lock().filter(|served| **served == 0);
            if guard.is_none() {
                break;
            }
            assert!(
                unlock < patience,
                "a thread waits, another one begins to wait after the first unlock, and neither has got the lock: unlock number {patience} should have handed it over"
            );
        }
        drop(guard);
        for other in others {
            other.join().unwrap();
        }
    });
}

fn panic_hands_over() {
    let other = |lock: &Mutex<Served>| *lock.lock() += 1;
    while_threads_wait(1, other, unlock_by_a_panic::<true>);
    while_threads_wait(1, other, unlock_by_a_panic::<false>);
}

/// Overtakes as often as that is allowed, and unlocks once more. The first or the last of these guards is dropped by a panic.
fn unlock_by_a_panic<'a, const FIRST: bool>(
    lock: &'a Mutex<Served>,
    mut guard: MutexGuard<'a, Served>,
) {
    let patience = Mutex::<()>::PATIENCE;
    let by_a_panic = if FIRST { 1 } else { patience };
    for unlock in 1..=patience {
        if unlock == by_a_panic {
            sync::expect_panic(move || {
                let _guard = guard;
                panic!("on purpose, with the lock held");
            });
        } else {
            drop(guard);
        }
        match lock.try_lock() {
            Some(again) if *again == 0 => guard = again,
            _ => return,
        }
    }
    panic!(
        "somebody waits, and a panic made unlock number {by_a_panic} of {patience}. Unlock number {patience} should have handed the lock over"
    );
}

fn overtakes() {
    for number in [1, 2, 3] {
        let other = |lock: &Mutex<Served>| *lock.lock() += 1;
        while_threads_wait(number, other, |lock, guard| {
            let patience = Mutex::<()>::PATIENCE;
            let (got, refused) = overtake(lock, guard, patience);
            assert!(
                got < patience,
                "somebody waits, but the lock was unlocked and taken again {got} times: unlock number {patience} should have handed it over"
            );
            assert!(
                !refused || got == patience - 1,
                "somebody waits and nobody holds the lock, but `try_lock` fails after {got} times: only unlock number {patience} hands it over"
            );
        });
    }
}

/// One thread waits, is overtaken, and gets the lock; then another one waits.
fn later_waiter() {
    sync::Model::new().faults(0).executions(WITH_TWO).waits(|_| Ok(())).check(|| {
        let lock = Shared::new(Mutex::new(0));
        let wait = || {
            let theirs = lock.clone();
            let other = thread::spawn(move || *theirs.lock() += 1);
            go_on_if(lock.waiting() == 1);
            other
        };
        let times = Mutex::<()>::PATIENCE - 1;
        let guard = lock.lock();
        let first = wait();
        // One less: with one more unlock it would be handed over.
        overtake(&lock, guard, times.saturating_sub(1));
        first.join().unwrap();
        let guard = lock.lock();
        let second = wait();
        let (got, refused) = overtake(&lock, guard, times);
        assert!(
            !refused,
            "a thread waited and got the lock, and then another one waited: `try_lock` took a lock that nobody held {got} times, not {times} times"
        );
        second.join().unwrap();
    });
}

fn not_before() {
    let other = |lock: &Mutex<Served>| {
        let mut guard = lock.lock();
        *guard += 1;
        if *guard == 1 {
            // What became of this one must not count for the other one.
            let times = Mutex::<()>::PATIENCE - 1;
            let (got, refused) = overtake(lock, guard, times);
            assert!(
                !refused,
                "while a thread waited, `try_lock` took a lock that nobody held {got} times, not {times} times"
            );
        }
    };
    while_threads_wait(2, other, |_, guard| drop(guard));
}

/// More steps than a `lock` makes until it sleeps.
const STEPS: usize = 40;

/// A thread sleeps, and another one is counted among those who wait. Before that one sleeps too, the lock is unlocked. Between which of its
/// steps is tried out, in one execution each.
fn did_not_sleep() {
    for steps in 0..STEPS {
        sync::Model::new().main_last().faults(0).executions(1).check(move || {
            let lock = Shared::new(Mutex::new(0));
            let guard = lock.lock();
            let theirs = lock.clone();
            let sleeper = thread::spawn(move || *theirs.lock() += 1);
            let theirs = lock.clone();
            let waiter = thread::spawn(move || {
                judge::stand_aside_after(steps, 0);
                let guard = theirs.lock();
                // Others have waited and had the lock before, or none is left.
                if *guard > 0 || theirs.waiting() != 1 {
                    return (0, false);
                }
                overtake(&theirs, guard, Mutex::<()>::PATIENCE - 1)
            });
            let both_wait = lock.waiting() == 2;
            drop(guard);
            judge::stand_aside_after(0, 2);
            let (got, refused) = waiter.join().unwrap();
            assert!(
                !(both_wait && refused),
                "two threads waited, one of them got the lock, and from then on `try_lock` took a lock that nobody held {got} times, not {} times",
                Mutex::<()>::PATIENCE - 1
            );
            sleeper.join().unwrap();
        });
    }
}
