//! What `ch09_locks/condvar_no_idle_wake` must do.

use super::subject::Condvar;
use super::{parts, subject, sync};
use grader::Check;
use parts::Mutex;
use sync::cell::Probe;

#[path = "condvar.rs"]
mod condvar;

#[path = "condvar/clients.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("condvar_is_send_and_sync", condvar::is_send_and_sync),
    Check::counted("condvar_is_made_of_the_atomics_of_sync", condvar::uses_sync),
    Check::counted("notify_makes_no_system_call_if_nobody_ever_waited", nobody_waited),
    Check::counted("notify_makes_no_system_call_once_the_waiter_has_returned", nobody_waits_now),
    Check::counted("notify_makes_no_system_call_once_a_wait_has_timed_out", nobody_waits_any_more),
    Check::counted("notify_makes_no_system_call_once_a_condition_has_panicked", nobody_is_left),
    Check::model("waiter_that_saw_the_old_data_is_woken", condvar::wakes_who_saw_the_old_data),
    Check::model("notifier_may_hold_the_mutex", condvar::wakes_with_the_mutex_locked),
    Check::model("others_lock_the_mutex_while_a_thread_waits", condvar::lets_others_in),
    Check::model("wait_returns_with_the_mutex_locked", condvar::wait_locks_again),
    Check::counted("waiter_sleeps_until_it_is_notified", condvar::waiter_sleeps),
    Check::counted("two_waiters_let_each_other_sleep", condvar::two_waiters_sleep),
    Check::model("notify_all_wakes_every_waiter", condvar::wakes_all),
    Check::model("notify_all_wakes_five_waiters", condvar::wakes_all_five),
    Check::model("each_notify_one_wakes_a_waiter", condvar::wakes_one_each_time),
    Check::model("five_notifications_wake_five_waiters", condvar::wakes_five_one_by_one),
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
        clients::check::<small::Condvars<true>>,
    ),
];

/// How many system calls two notifications make.
fn calls_of_notifying(condvar: &Condvar) -> usize {
    let before = condvar::calls();
    condvar.notify_one();
    condvar.notify_all();
    condvar::calls() - before
}

fn nobody_waited() {
    sync::model(|| {
        let calls = calls_of_notifying(&Condvar::new());
        assert_eq!(
            calls, 0,
            "system calls of `notify_one` and `notify_all`, although nobody ever waited"
        );
    });
}

fn nobody_waits_now() {
    sync::model(|| {
        let place = condvar::place();
        let other = condvar::waiter(&place, 1);
        place.0.lock().set(1);
        place.1.notify_one();
        other.join().unwrap();
        let calls = calls_of_notifying(&place.1);
        assert_eq!(
            calls, 0,
            "system calls of `notify_one` and `notify_all`, after the waiter has returned"
        );
    });
}

fn nobody_waits_any_more() {
    sync::model(|| {
        let (mutex, condvar) = (Mutex::new(Probe::new(0)), Condvar::new());
        condvar::time_out(&mutex, &condvar);
        let calls = calls_of_notifying(&condvar);
        assert_eq!(
            calls, 0,
            "system calls of `notify_one` and `notify_all`, after the wait has timed out"
        );
    });
}

fn nobody_is_left() {
    sync::model(|| {
        let (mutex, condvar) = (Mutex::new(Probe::new(0)), Condvar::new());
        sync::expect_panic(|| {
            drop(condvar.wait_while(mutex.lock(), |_| panic!("on purpose, in the condition")));
        });
        let calls = calls_of_notifying(&condvar);
        assert_eq!(
            calls, 0,
            "system calls of `notify_one` and `notify_all`, after the condition of `wait_while` has panicked"
        );
    });
    sync::model(|| {
        let place = condvar::place();
        condvar::panic_in_a_later_look(&place);
        let calls = calls_of_notifying(&place.1);
        assert_eq!(
            calls, 0,
            "system calls of `notify_one` and `notify_all`, after the condition of `wait_while` has panicked in a look that came later"
        );
    });
}
