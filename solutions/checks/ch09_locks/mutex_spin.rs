//! What `ch09_locks/mutex_spin` must do.

use super::{
    subject::{Mutex, MutexGuard},
    sync,
};
use grader::Check;
use std::marker::PhantomData;

#[path = "mutex/clients.rs"]
mod small;

#[path = "mutex/contract.rs"]
#[allow(dead_code, reason = "the last stage uses all of it")]
mod contract;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("mutex_is_sync_exactly_where_the_data_is_send", contract::mutex_is_sync_where_send),
    Check::fact("guard_is_sync_exactly_where_the_data_is", contract::guard_is_sync_where_data_is),
    Check::fact("guard_stays_on_its_thread", contract::guard_is_not_send),
    Check::fact("lock_takes_four_bytes", contract::takes_four_bytes),
    Check::model("guard_gives_the_data_and_unlocks_when_dropped", contract::gives_the_data),
    Check::counted("mutex_is_made_of_the_atomics_of_sync", contract::uses_sync),
    Check::model("data_is_dropped_once_and_with_the_mutex", contract::drops_once),
    Check::model("get_mut_and_into_inner_give_the_data", contract::gives_the_data_to_its_owner),
    Check::model("try_lock_takes_a_free_lock_and_no_other", contract::try_lock_takes_a_free_lock),
    Check::model("holder_that_panics_unlocks", contract::panic_unlocks),
    Check::model("debug_shows_the_data_and_never_waits", contract::debug_does_not_wait),
    Check::model("lock_waits_until_the_guard_is_dropped", contract::waits_for_the_holder),
    Check::model("two_threads_never_have_a_guard_at_once", contract::two_threads),
    Check::model("each_unlock_frees_the_lock_once", contract::unlocks_once),
    Check::model("what_a_holder_did_happens_before_what_the_next_one_does", contract::hand_over),
    Check::model("lock_and_try_lock_never_overlap", contract::lock_beside_try_lock),
    Check::model(
        "failed_try_lock_does_not_forget_a_sleeper",
        contract::try_lock_of_a_lock_with_sleepers,
    ),
    Check::model("two_sleepers_are_woken_one_after_the_other", contract::two_sleepers),
    Check::model("last_user_may_free_the_mutex", contract::last_user_frees),
    Check::model("two_mutexes_know_nothing_of_each_other", contract::two_mutexes),
    Check::counted("waiter_goes_to_sleep", contract::waiter_sleeps),
    Check::counted("waiter_that_is_overtaken_sleeps_again", contract::overtaken_waiter_sleeps),
    Check::counted(
        "uncontended_lock_and_unlock_make_no_system_call",
        contract::uncontended_makes_no_call,
    ),
    Check::counted("each_way_to_make_a_mutex_makes_one_that_is_unlocked", ways_to_make_one),
    Check::counted("failed_try_lock_is_no_waiter", contract::failed_try_lock_is_no_waiter),
    Check::counted("contention_that_is_over_costs_nothing", contract::contention_ends),
    Check::counted("waiter_looks_again_before_it_sleeps", contract::looks_before_it_sleeps),
    Check::counted("waiter_does_not_spin_for_long", contract::looks_are_bounded),
    Check::counted("try_lock_of_a_lock_that_is_held_does_not_look_again", failed_try_lock_is_short),
    Check::counted("every_small_program_does_what_a_lock_does", clients::check::<small::Locks>),
];

/// So often may `try_lock` look at a lock that is held. Once is enough.
const LOOKS: usize = 4;

fn failed_try_lock_is_short() {
    sync::model(|| {
        let mutex = Mutex::new(());
        let _guard = mutex.lock();
        let before = sync::counters();
        assert!(
            mutex.try_lock().is_none(),
            "`try_lock` returns a guard while there is another one"
        );
        let after = sync::counters();
        let hints = after.hints - before.hints;
        assert_eq!(
            hints, 0,
            "hints to wait that `try_lock` of a lock that is held gives. It should return `None`, and wait for nobody"
        );
        let looks = after.loads + after.rmws - before.loads - before.rmws;
        assert!(
            looks <= LOOKS,
            "`try_lock` looks {looks} times at a lock that is held. It should return `None`, and wait for nobody"
        );
    });
}

/// Ways to make a mutex around 0 that the type may forget: the judge says so, and this file must compile all the same.
struct Ways<M>(PhantomData<M>);

impl<M: Default> Ways<M> {
    fn by_default(&self) -> Option<M> {
        Some(M::default())
    }
}

impl<M: From<u8>> Ways<M> {
    fn by_from(&self) -> Option<M> {
        Some(M::from(0))
    }
}

/// What is called where there is no such way.
trait NoWay<M> {
    fn by_default(&self) -> Option<M> {
        None
    }

    fn by_from(&self) -> Option<M> {
        None
    }
}

impl<M> NoWay<M> for Ways<M> {}

fn ways_to_make_one() {
    const WAYS: Ways<Mutex<u8>> = Ways(PhantomData);
    let ways: [(&str, fn() -> Option<Mutex<u8>>); 3] = [
        ("new", || Some(Mutex::new(0))),
        ("from", || WAYS.by_from()),
        ("default", || WAYS.by_default()),
    ];
    for (name, make) in ways {
        sync::model(move || {
            let (Some(first), Some(second)) = (make(), make()) else { return };
            assert!(first.try_lock().is_some(), "a mutex that `{name}` has made is locked");
            *second.lock() += 1;
            *second.lock() += 1;
            let calls = sync::counters();
            assert_eq!(
                calls.waits + calls.wakes,
                0,
                "system calls of two `lock`s and unlocks of a mutex that `{name}` has made"
            );
            assert_eq!(
                second.into_inner(),
                2,
                "what two holders have added to 0, in a mutex that `{name}` has made"
            );
        });
    }
}
