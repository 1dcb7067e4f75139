//! What `ch10_ideas/mutex_fair` must do.

use super::{
    subject::{Mutex, MutexGuard},
    sync::{
        self,
        atomic::{AtomicBool, Ordering::Relaxed},
        hint, thread,
    },
};
use grader::{Check, Shared};

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
    Check::model("holder_that_panics_unlocks", contract::panic_unlocks),
    Check::model("try_lock_takes_a_free_lock_and_no_other", contract::try_lock_takes_a_free_lock),
    Check::model("lock_waits_until_the_guard_is_dropped", contract::waits_for_the_holder),
    Check::model("two_threads_never_have_a_guard_at_once", contract::two_threads),
    Check::model("what_a_holder_did_happens_before_what_the_next_one_does", contract::hand_over),
    Check::model("two_sleepers_are_woken_one_after_the_other", contract::two_sleepers),
    Check::model("last_user_may_free_the_mutex", contract::last_user_frees),
    Check::counted("waiter_goes_to_sleep", contract::waiter_sleeps),
    Check::counted(
        "uncontended_lock_and_unlock_make_no_system_call",
        contract::uncontended_makes_no_call,
    ),
    Check::model("try_lock_fails_only_if_the_lock_is_held", try_lock_beside_a_waiter),
    Check::model("each_thread_that_waits_is_counted", counts_waiters),
    Check::counted("waiters_are_overtaken_as_often_as_promised_and_no_more", overtakes),
    Check::counted("lock_is_not_handed_over_before", not_before),
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
    let most = if number == 1 { u64::MAX } else { WITH_TWO };
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

fn overtakes() {
    for number in [1, 2] {
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
