//! What `ch09_locks/rwlock_basic` must do.

#[path = "rwlock/contract.rs"]
mod contract;

#[path = "rwlock/corners.rs"]
mod corners;

use super::subject::RwLock;
use super::sync::{self, counters, thread};
use grader::{Check, Shared};

#[path = "rwlock/clients.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact(
        "lock_is_sync_exactly_where_the_data_is_send_and_sync",
        contract::lock_is_sync_where_send_and_sync,
    ),
    Check::fact(
        "guards_are_sync_exactly_where_the_data_is",
        contract::guards_are_sync_where_data_is,
    ),
    Check::fact("guards_stay_on_their_thread", contract::guards_stay_on_their_thread),
    Check::model("guards_give_the_data_and_leave_when_dropped", contract::guards_give_the_data),
    Check::counted("lock_is_made_of_the_atomics_of_sync", contract::uses_sync),
    Check::model("get_mut_and_into_inner_give_the_data", contract::gives_the_data_to_its_owner),
    Check::model("data_is_dropped_once_and_with_the_lock", contract::drops_once),
    Check::model("try_read_and_try_write_know_who_is_inside", contract::try_is_exact),
    Check::model("whoever_panics_leaves", contract::panics_unlock),
    Check::model("one_reader_too_many_panics_and_changes_nothing", contract::limit_of_readers),
    Check::model("readers_are_inside_together", contract::readers_share),
    Check::model("writers_are_inside_alone", contract::writers_exclude),
    Check::model("writer_sees_what_the_writer_before_it_did", writer_after_writer),
    Check::model("reader_and_writer_take_turns", reader_and_writer),
    Check::model("failed_attempts_leave_the_lock_as_it_is", contract::try_beside_another),
    Check::model("writer_is_woken_by_the_last_reader", last_reader_wakes),
    Check::model("reader_is_woken_by_every_writer", every_writer_wakes),
    Check::model("two_writers_that_wait_both_get_in", two_writers),
    Check::model("reader_and_writer_that_wait_both_get_in", reader_and_writer_wait),
    Check::model("five_readers_that_wait_get_in_together", contract::five_readers_are_woken),
    Check::model(
        "reader_that_has_slept_gets_in_beside_a_reader",
        corners::sleeping_reader_gets_in_beside_a_reader,
    ),
    Check::model("debug_shows_the_data_unless_a_writer_is_inside", contract::debug_takes_part),
    Check::model("debug_never_waits", corners::debug_never_waits),
    Check::counted("whoever_waits_sleeps", contract::waiting_is_sleeping),
    Check::model("reader_gets_in_although_a_writer_waits", reader_passes_a_waiting_writer),
    Check::model("two_locks_know_nothing_of_each_other", contract::two_locks),
    Check::counted("free_lock_is_taken_without_sleeping", free_lock_does_not_wait),
    Check::counted(
        "every_small_program_does_what_a_lock_does",
        clients::check::<small::Locks<false>>,
    ),
];

fn writer_after_writer() {
    contract::mix(1, ["w", "w"]);
    contract::mix(1, ["ww", "w"]);
}

fn reader_and_writer() {
    contract::mix(1, ["w", "r"]);
    contract::mix(1, ["r", "w"]);
}

/// The writer has been kept out by a writer first, and by a reader then.
fn last_reader_wakes() {
    contract::mix(0, ["wr", "w"]);
    contract::mix(0, ["rr", "w"]);
}

/// The reader may lose to the second writer when the first has woken it.
fn every_writer_wakes() {
    contract::mix(1, ["ww", "r"]);
}

fn two_writers() {
    contract::mix_beside(true, ["w", "w"]);
}

fn reader_and_writer_wait() {
    contract::mix_beside(true, ["w", "r"]);
    contract::mix_beside(false, ["w", "r"]);
    contract::mix_beside(false, ["t", "r"]);
}

fn reader_passes_a_waiting_writer() {
    sync::model(|| {
        let lock = Shared::new(RwLock::new(0));
        let first = lock.read();
        let theirs = lock.clone();
        let other = thread::spawn(move || *theirs.write() += 1);
        // The writer may wait already, and cannot get in before both have left: whoever waits for it hangs.
        let second = lock.read();
        assert!(lock.try_read().is_some(), "`try_read` returns `None` beside other readers");
        drop(first);
        drop(second);
        other.join().unwrap();
    });
}

fn free_lock_does_not_wait() {
    sync::model(|| {
        let lock = RwLock::new(0);
        drop(lock.write());
        let (first, second) = (lock.read(), lock.read());
        drop((first, second));
        drop(lock.write());
        drop(lock.try_read());
        drop(lock.try_write());
        let waits = counters().waits;
        assert!(waits == 0, "{waits} calls of `futex::wait` although the lock was free each time");
    });
}
