//! What `ch09_locks/rwlock_writer_preference` must do.

#[path = "rwlock/contract.rs"]
mod contract;

#[path = "rwlock/corners.rs"]
#[allow(dead_code, reason = "here a reader waits for a writer that waits")]
mod corners;

use super::subject::RwLock;
use super::sync::{self, cell::Probe, counters, judge, thread};
use grader::{Check, Shared};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

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
    Check::model("five_writers_that_wait_all_get_in", five_writers_are_woken),
    Check::counted("reader_that_comes_while_a_writer_gets_in_is_woken", reader_comes_between),
    Check::model("debug_shows_the_data_unless_a_writer_is_inside", contract::debug_takes_part),
    Check::model("debug_never_waits", corners::debug_never_waits),
    Check::counted("whoever_waits_sleeps", contract::waiting_is_sleeping),
    Check::counted("reader_is_turned_away_while_a_writer_waits", waiting_writer_keeps_readers_out),
    Check::model("waiting_writer_goes_before_new_readers", waiting_writer_is_next),
    Check::model("writer_that_stops_no_reader_stops_no_attempt_to_write", writer_on_its_way),
    Check::model("two_locks_know_nothing_of_each_other", contract::two_locks),
    Check::counted("waiting_writer_is_not_busy_while_readers_leave", writer_is_left_alone),
    Check::counted("free_lock_never_calls_the_system", uncontended_is_silent),
    Check::counted("lock_is_silent_again_when_nobody_waits", silent_after_contention),
    Check::counted(
        "every_small_program_does_what_a_lock_does",
        clients::check::<small::Locks<true>>,
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

/// Five, one after the other: whoever leaves tells the next one, however many there are. The search begins with the execution in which all
/// sleep by then, and few more are worth their time.
fn five_writers_are_woken() {
    sync::Model::new().main_last().faults(0).executions(100).check(|| {
        let lock = Shared::new(RwLock::new(Probe::new(0)));
        let writer = lock.write();
        let others = [(); 5].map(|()| {
            let lock = lock.clone();
            thread::spawn(move || lock.write().add(1))
        });
        drop(writer);
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(lock.read().get(), 5, "an increment was lost");
    });
}

/// More steps than a `write` makes, though it has to wait.
const STEPS: usize = 80;

/// Two writers have waited, and the first of them gets in. Between two of its steps a reader comes, and sleeps: whatever that writer does
/// next, the last one must find the reader. Which two steps these are is tried out, in one execution each.
fn reader_comes_between() {
    for steps in 0..STEPS {
        sync::Model::new().main_last().faults(0).executions(1).check(move || {
            let lock = Shared::new(RwLock::new(Probe::new(0)));
            let first = lock.write();
            let others = [(); 2].map(|()| {
                let lock = lock.clone();
                thread::spawn(move || {
                    judge::stand_aside_after(steps, 0);
                    lock.write().add(1);
                })
            });
            drop(first);
            judge::stand_aside_after(0, 1);
            let seen = lock.read().get();
            assert!(seen <= 2, "a reader saw what nobody has written: {seen}");
            for other in others {
                other.join().unwrap();
            }
            assert_eq!(lock.read().get(), 2, "an increment was lost");
        });
    }
}

fn reader_and_writer_wait() {
    contract::mix_beside(true, ["w", "r"]);
    contract::mix_beside(false, ["w", "r"]);
    contract::mix_beside(false, ["t", "r"]);
}

/// Whether a reader was turned away in any execution. An atomic of std, which no execution resets.
static TURNED_AWAY: AtomicBool = AtomicBool::new(false);

fn waiting_writer_keeps_readers_out() {
    sync::model(|| {
        let lock = Shared::new(RwLock::new(0));
        let first = lock.read();
        let theirs = lock.clone();
        let other = thread::spawn(move || *theirs.write() += 1);
        if lock.try_read().is_none() {
            // Relaxed: executions run one after the other.
            TURNED_AWAY.store(true, Relaxed);
            assert!(
                lock.try_read().is_none(),
                "a reader was turned away because a writer waits, and then one got in before that writer"
            );
        }
        drop(first);
        other.join().unwrap();
    });
    assert!(
        // Relaxed: as above.
        TURNED_AWAY.load(Relaxed),
        "a reader is inside, a writer waits, and in no execution is a second reader turned away. If readers keep coming so \
         that one is always inside, the writer waits for ever"
    );
    waiting_writer_keeps_patient_readers_out();
    debug_goes_before_no_writer();
}

fn waiting_writer_is_next() {
    sync::model(|| {
        let lock = Shared::new(RwLock::new(Probe::new(0)));
        let first = lock.read();
        let theirs = lock.clone();
        let other = thread::spawn(move || theirs.write().add(1));
        let waits = lock.try_read().is_none();
        drop(first);
        // `None` while the writer is inside or still waits.
        let seen = lock.try_read().map(|data| data.get());
        assert!(
            seen != Some(0) || !waits,
            "a writer waited, the reader that it waited for left, and a new reader got in before it"
        );
        other.join().unwrap();
    });
}

/// A writer that has not stopped readers yet stops no attempt to write either: nobody is inside, and nobody was called.
fn writer_on_its_way() {
    sync::model(|| {
        let lock = Shared::new(RwLock::new(Probe::new(0)));
        let first = lock.read();
        let theirs = lock.clone();
        let other = thread::spawn(move || theirs.write().add(1));
        drop(first);
        let fails = lock.try_write().is_none();
        let seen = lock.try_read().map(|data| data.get());
        assert!(
            seen != Some(0) || !fails,
            "`try_write` failed, but nobody was inside: a reader that came next got in before the only writer"
        );
        other.join().unwrap();
    });
}

/// A reader that was turned away because a writer waits does not get in before it, however often it is woken for nothing. The writer waits
/// for ever: a reader that was forgotten is inside.
fn waiting_writer_keeps_patient_readers_out() {
    sync::Model::new().faults(4).on_stuck(|_| Ok(())).check(|| {
        let lock = Shared::new(RwLock::with_forgotten_readers(0, 1));
        let theirs = lock.clone();
        let _writer = thread::spawn(move || *theirs.write() += 1);
        if lock.try_read().is_none() {
            drop(lock.read());
            panic!("a reader was turned away because a writer waits, and then it got in before that writer");
        }
    });
}

/// Nor does who only wants to show the data.
fn debug_goes_before_no_writer() {
    sync::Model::new().faults(0).on_stuck(|_| Ok(())).check(|| {
        let lock = Shared::new(RwLock::with_forgotten_readers(417, 1));
        let theirs = lock.clone();
        let _writer = thread::spawn(move || *theirs.write() += 1);
        if lock.try_read().is_none() {
            let shown = format!("{:?}", *lock);
            assert!(
                !shown.contains("417"),
                "a reader was turned away because a writer waits, and then `{{:?}}` went in to show the data: {shown}"
            );
        }
    });
}

/// Readers that leave one after the other.
const READERS: usize = 3;

/// How often a writer may go to sleep. It does so once; it may be woken for no reason once; and what it tries after that may
/// not know yet what has happened.
const SLEEPS: usize = 4;

fn writer_is_left_alone() {
    sync::model(|| {
        let lock = Shared::new(RwLock::new(0));
        let readers: [_; READERS] = std::array::from_fn(|_| lock.read());
        let theirs = lock.clone();
        let other = thread::spawn(move || *theirs.write() += 1);
        drop(readers);
        other.join().unwrap();
        let sleeps = counters().waits;
        assert!(
            sleeps <= SLEEPS,
            "while {READERS} readers left, the waiting writer called `futex::wait` {sleeps} times: it should sleep until the \
             last one has left"
        );
    });
}

/// All that can be done without another thread.
fn alone(lock: &RwLock<Probe>) {
    lock.write().add(1);
    let (first, second) = (lock.read(), lock.read());
    assert!(lock.try_write().is_none(), "`try_write` returns a guard although readers are inside");
    drop((first, second));
    let writer = lock.write();
    assert!(lock.try_read().is_none(), "`try_read` returns a guard although a writer is inside");
    assert!(lock.try_write().is_none(), "`try_write` returns a guard although a writer is inside");
    drop(writer);
    lock.write().add(1);
    drop(lock.try_read());
    drop(lock.try_write());
}

fn uncontended_is_silent() {
    sync::model(|| {
        alone(&RwLock::new(Probe::new(0)));
        let calls = counters();
        assert!(
            calls.waits + calls.wakes == 0,
            "one thread alone called `futex::wait` {} times and woke somebody {} times",
            calls.waits,
            calls.wakes
        );
    });
}

fn silent_after_contention() {
    for steps in [["w", "w"], ["w", "r"], ["r", "w"]] {
        sync::model(move || {
            let lock = Shared::new(RwLock::new(Probe::new(0)));
            let theirs = lock.clone();
            let other = thread::spawn(move || contract::act(&theirs, steps[1]));
            contract::act(&lock, steps[0]);
            other.join().unwrap();
            // The first to come after the others may still find what they left behind.
            alone(&lock);
            let before = counters();
            alone(&lock);
            let after = counters();
            let (waits, wakes) = (after.waits - before.waits, after.wakes - before.wakes);
            assert!(
                waits + wakes == 0,
                "two threads met and have ended. After that one alone called `futex::wait` {waits} times and woke somebody \
                 {wakes} times"
            );
        });
    }
}
