//! What `ch09_locks/condvar_counter` must do.

use super::subject::Condvar;
use super::{parts, subject, sync};
use grader::Check;

#[path = "condvar.rs"]
mod condvar;

#[path = "condvar/clients.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("condvar_is_send_and_sync", condvar::is_send_and_sync),
    Check::counted("condvar_is_made_of_the_atomics_of_sync", condvar::uses_sync),
    Check::counted("notify_makes_at_most_one_system_call", one_call),
    Check::model("waiter_that_saw_the_old_data_is_woken", condvar::wakes_who_saw_the_old_data),
    Check::model("notifier_may_hold_the_mutex", condvar::wakes_with_the_mutex_locked),
    Check::model("others_lock_the_mutex_while_a_thread_waits", condvar::lets_others_in),
    Check::model("wait_returns_with_the_mutex_locked", condvar::wait_locks_again),
    Check::counted("waiter_sleeps_until_it_is_notified", condvar::waiter_sleeps),
    Check::counted("two_waiters_let_each_other_sleep", condvar::two_waiters_sleep),
    Check::model("notify_all_wakes_every_waiter", condvar::wakes_all),
    Check::model("notify_all_wakes_five_waiters", condvar::wakes_all_five),
    Check::model("each_notify_one_wakes_a_waiter", condvar::wakes_one_each_time),
    Check::model("waiter_is_woken_though_another_one_gives_up", condvar::wait_timeout_is_notified),
    Check::model("notifications_do_not_cancel_each_other", condvar::notifications_do_not_cancel),
    Check::model(
        "second_waiter_takes_no_notification_back",
        condvar::second_waiter_takes_nothing_back,
    ),
    Check::model("two_notifiers_do_not_undo_each_other", condvar::two_notifiers),
    Check::model("another_mutex_may_be_used_when_nobody_waits", condvar::another_mutex),
    Check::model(
        "wait_while_waits_until_its_condition_is_false",
        condvar::wait_while_looks_each_time,
    ),
    Check::model("wait_while_looks_before_it_waits", condvar::wait_while_looks_first),
    Check::model("panic_in_the_condition_unlocks", condvar::panic_unlocks),
    Check::model("wait_timeout_ends_when_the_time_is_over", condvar::time_runs_out),
    Check::model("wait_timeout_says_when_the_time_is_not_over", condvar::all_time_does_not_run_out),
    Check::model("wait_timeout_returns_with_the_mutex_locked", condvar::wait_timeout_locks_again),
    Check::model("two_condvars_know_nothing_of_each_other", condvar::two_condvars),
    Check::counted(
        "every_small_program_does_what_a_condvar_does",
        clients::check::<small::Condvars<false>>,
    ),
];

fn one_call() {
    sync::model(|| {
        let condvar = Condvar::new();
        condvar.notify_one();
        condvar.notify_all();
        let calls = condvar::calls();
        assert!(
            calls <= 2,
            "`notify_one` and `notify_all` made {calls} system calls, although nobody waits"
        );
    });
}
