//! What `ch10_ideas/mutex_fair` must do.

use super::{
    subject::{Mutex, MutexGuard},
    sync::{self, thread},
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
    Check::model("waiters_are_overtaken_as_often_as_promised_and_no_more", overtakes),
    Check::model("lock_is_not_handed_over_before", not_before),
    Check::counted("every_small_program_does_what_a_lock_does", clients::check::<small::Locks>),
];

/// A thread waits while the main thread unlocks and tries to lock again, so often. How often it has got the lock before the other one,
/// if the other one waited from the beginning; and whether that one still waits.
fn tries(lock: &Shared<Mutex<bool>>, times: u32) -> Option<(u32, bool)> {
    let mut guard = lock.lock();
    *guard = false;
    let theirs = lock.clone();
    let other = thread::spawn(move || *theirs.lock() = true);
    let waits = lock.waiting() == 1;
    drop(guard);
    let mut got = 0;
    for _ in 0..times {
        match lock.try_lock() {
            Some(served) if !*served => got += 1,
            _ => break,
        }
    }
    let still = lock.waiting() == 1;
    other.join().unwrap();
    assert_eq!(lock.waiting(), 0, "how many threads wait when nobody does");
    waits.then_some((got, still))
}

fn overtakes() {
    sync::Model::new().faults(0).check(|| {
        let patience = Mutex::<()>::PATIENCE;
        if let Some((got, _)) = tries(&Shared::new(Mutex::new(false)), patience + 1) {
            assert!(
                got < patience,
                "a thread waits, and the lock was unlocked {} times and taken again {got} times: unlock number {patience} should have handed it over",
                got + 1
            );
        }
    });
}

fn not_before() {
    sync::Model::new().faults(0).check(|| {
        let lock = Shared::new(Mutex::new(false));
        let times = Mutex::<()>::PATIENCE - 1;
        // What becomes of one waiter must not count for the next one.
        tries(&lock, 0);
        if let Some((got, true)) = tries(&lock, times) {
            assert_eq!(
                got, times,
                "how often of {times} times `try_lock` took a lock that nobody held, while a thread waited"
            );
        }
    });
}
