//! What `ch09_locks/mutex_two_state` must do.

use super::{
    subject::{Mutex, MutexGuard},
    sync,
};
use grader::Check;

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
    Check::counted("every_small_program_does_what_a_lock_does", clients::check::<small::Locks>),
];
