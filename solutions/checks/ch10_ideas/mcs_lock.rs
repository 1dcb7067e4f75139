//! What `ch10_ideas/mcs_lock` must do.

use super::{
    subject::{McsGuard as MutexGuard, McsLock as Mutex},
    sync,
};
use grader::Check;

#[path = "../ch09_locks/mutex/clients.rs"]
mod small;

#[path = "../ch09_locks/mutex/contract.rs"]
#[allow(dead_code, reason = "a lock that sleeps has more to promise")]
mod contract;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("lock_is_sync_exactly_where_the_data_is_send", contract::mutex_is_sync_where_send),
    Check::fact("guard_is_sync_exactly_where_the_data_is", contract::guard_is_sync_where_data_is),
    Check::fact("guard_stays_on_its_thread", contract::guard_is_not_send),
    Check::model("guard_gives_the_data_and_unlocks_when_dropped", contract::gives_the_data),
    Check::counted("lock_is_made_of_the_atomics_of_sync", contract::uses_sync),
    Check::model("data_is_dropped_once_and_with_the_lock", contract::drops_once),
    Check::model("get_mut_and_into_inner_give_the_data", contract::gives_the_data_to_its_owner),
    Check::model("holder_that_panics_unlocks", contract::panic_unlocks),
    Check::model("try_lock_takes_a_free_lock_and_no_other", contract::try_lock_takes_a_free_lock),
    Check::model("debug_shows_the_data_and_waits_for_no_holder", contract::debug_does_not_wait),
    Check::model("two_threads_never_have_a_guard_at_once", contract::two_threads),
    Check::model("what_a_holder_did_happens_before_what_the_next_one_does", contract::hand_over),
    Check::model("lock_and_try_lock_never_overlap", contract::lock_beside_try_lock),
    Check::model("two_that_wait_get_the_lock_one_after_the_other", contract::two_sleepers),
    Check::model("five_that_wait_get_the_lock_one_after_the_other", contract::five_waiters),
    Check::model("last_user_may_free_the_lock", contract::last_user_frees),
    Check::model("two_locks_know_nothing_of_each_other", contract::two_mutexes),
    Check::counted("every_small_program_does_what_a_lock_does", clients::check::<small::Locks>),
];
