//! What `ch09_locks/rwlock_no_busy_writers` must do.

#[path = "rwlock/contract.rs"]
mod contract;

#[path = "rwlock/corners.rs"]
mod corners;

use super::subject::{MAX_READERS, RwLock};
use super::sync::{self, cell::Probe, counters, thread};
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
    Check::model("writer_that_is_about_to_sleep_misses_no_call", calls_are_told_apart),
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
    Check::counted("reader_that_leaves_others_inside_wakes_nobody", only_the_last_reader_wakes),
    Check::counted("waiting_writer_sleeps_while_readers_come_and_go", writer_is_left_alone),
    Check::counted(
        "every_small_program_does_what_a_lock_does",
        clients::check::<small::Locks<false>>,
    ),
];

fn writer_after_writer() {
    contract::mix(1, ["w", "w"]);
    contract::mix(1, ["ww", "w"]);
}

/// A writer that has found the lock held is about to sleep, and the lock is freed four times: a number of calls that begins anew after
/// two or four says that nothing has happened.
fn calls_are_told_apart() {
    sync::Model::new().faults(0).check(|| {
        let lock = Shared::new(RwLock::new(Probe::new(0)));
        let first = lock.write();
        let theirs = lock.clone();
        let other = thread::spawn(move || contract::act(&theirs, "w"));
        drop(first);
        contract::act(&lock, "www");
        other.join().unwrap();
    });
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

fn only_the_last_reader_wakes() {
    sync::model(|| {
        let lock = RwLock::new(0);
        let _inside = lock.read();
        let before = counters().wakes;
        drop(lock.read());
        drop(lock.try_read());
        let wakes = counters().wakes - before;
        assert!(wakes == 0, "readers left while another stayed, and woke somebody {wakes} times");
    });
}

/// At the limit a `read` panics, and is nothing to a writer that waits, here for ever.
fn writer_is_left_alone_at_the_limit() {
    let model = sync::Model::new().faults(0).on_stuck(|stuck| {
        let sleeps = stuck.counters.waits;
        if sleeps <= SLEEPS {
            return Ok(());
        }
        Err(format!(
            "`MAX_READERS` readers are inside, others called `read` and panicked, and the writer that waits has called `futex::wait` \
             {sleeps} times: it is kept busy although nothing has changed for it"
        )
        .into())
    });
    model.check(|| {
        let lock = Shared::new(RwLock::with_forgotten_readers(0, MAX_READERS));
        let theirs = lock.clone();
        let other = thread::spawn(move || *theirs.write() += 1);
        for _ in 0..2 * READERS {
            sync::expect_panic(|| lock.read());
        }
        other.join().unwrap();
    });
}

/// Readers that come and go beside one that stays.
const READERS: u32 = 3;

/// How often a writer may go to sleep. It does so once; it may be woken for no reason once; and what it tries after that may
/// not know yet what has happened.
const SLEEPS: usize = 4;

fn writer_is_left_alone() {
    sync::model(|| {
        let lock = Shared::new(RwLock::new(0));
        let stays = lock.read();
        let theirs = lock.clone();
        let other = thread::spawn(move || *theirs.write() += 1);
        for _ in 0..READERS {
            drop(lock.read());
        }
        drop(stays);
        other.join().unwrap();
        let sleeps = counters().waits;
        assert!(
            sleeps <= SLEEPS,
            "while one reader stayed inside and {READERS} others came and went, the waiting writer called `futex::wait` \
             {sleeps} times: it is kept busy although nothing has changed for it"
        );
    });
    // Nor is an attempt that fails anything to a writer that waits.
    let attempts: [fn(&RwLock<i32>); 2] =
        [|lock| drop(lock.try_write()), |lock| drop(lock.try_read())];
    for attempt in attempts {
        sync::Model::new().faults(0).check(move || {
            let lock = Shared::new(RwLock::new(0));
            let stays = lock.write();
            let theirs = lock.clone();
            let other = thread::spawn(move || *theirs.write() += 1);
            for _ in 0..2 * READERS {
                attempt(&lock);
            }
            drop(stays);
            other.join().unwrap();
            let sleeps = counters().waits;
            assert!(
                sleeps <= SLEEPS,
                "while one writer stayed inside, others tried to get in {} times and did not. The writer that waited called \
                 `futex::wait` {sleeps} times: it is kept busy although nothing has changed for it",
                2 * READERS
            );
        });
    }
    writer_is_left_alone_at_the_limit();
}
