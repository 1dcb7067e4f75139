//! What `ch10_ideas/semaphore` must do.

use super::subject::{Closed, Semaphore, TryAcquireError};
use super::sync::{
    self, Turn,
    atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    cell::{Probe, UnsafeCell},
    counters, hint, thread,
};
use grader::{Check, Shared};

#[path = "clients/semaphore.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::model("there_are_as_many_permits_as_promised", as_many),
    Check::counted("semaphore_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("closed_semaphore_gives_no_permit", closed),
    Check::model("permit_of_a_thread_that_panics_comes_back", panic_gives_back),
    Check::model("acquire_waits_for_a_permit", waits),
    Check::model("what_came_before_a_permit_was_given_back_happens_before_the_next", hand_over),
    Check::model("close_wakes_and_what_came_before_it_happens_before_closed", close_hands_over),
    Check::model("close_wakes_all_that_wait", close_wakes_all),
    Check::model("close_wakes_five_that_wait", close_wakes_five),
    Check::model("two_that_wait_get_the_permit_one_after_the_other", two_waiters),
    Check::model("five_that_wait_get_the_permit_one_after_the_other", five_waiters),
    Check::model("tickets_begin_anew_after_the_last_number", tickets_wrap),
    Check::counted("waiter_goes_to_sleep", waiter_sleeps),
    Check::counted("wait_that_ends_for_no_reason_ends_nothing", no_reason),
    Check::counted("nobody_is_woken_when_nobody_waits", no_idle_wake),
    Check::counted(
        "every_small_program_does_what_a_semaphore_does",
        clients::check::<small::Semaphores>,
    ),
];

fn uses_sync() {
    clients::sees_atomics(|| {
        drop(Semaphore::new(1).acquire());
    });
}

fn as_many() {
    sync::model(|| {
        let none = Semaphore::new(0);
        assert_eq!(
            none.try_acquire().err(),
            Some(TryAcquireError::NoPermits),
            "there are no permits, but one was given out"
        );
        let two = Semaphore::new(2);
        let first = two.acquire().unwrap();
        let second = two.try_acquire();
        assert!(second.is_ok(), "one of 2 permits is out, but `try_acquire` gives none");
        for _ in 0..2 {
            assert_eq!(
                two.try_acquire().err(),
                Some(TryAcquireError::NoPermits),
                "the third permit of 2"
            );
        }
        drop(first);
        let third = two.try_acquire();
        assert!(third.is_ok(), "a permit was given back, but `try_acquire` gives none");
        assert!(two.try_acquire().is_err(), "the third permit of 2");
        let most = Semaphore::new(Semaphore::MAX_PERMITS);
        assert!(
            most.try_acquire().is_ok(),
            "there are `MAX_PERMITS` permits, but none was given out"
        );
        sync::expect_panic(|| Semaphore::new(Semaphore::MAX_PERMITS + 1));
        // In a number of fewer bits, each of these is 0 or 1.
        let many = (1..u32::BITS).flat_map(|bits| [1 << bits, (1 << bits) + 1]);
        for permits in many.take_while(|permits| *permits <= Semaphore::MAX_PERMITS) {
            let semaphore = Semaphore::new(permits);
            let first = semaphore.try_acquire();
            assert!(first.is_ok(), "of {permits} permits, `try_acquire` gives none");
            let second = semaphore.try_acquire();
            assert!(
                second.is_ok(),
                "one of {permits} permits is out, but `try_acquire` gives none"
            );
        }
    });
    sync::model(|| {
        let two = Shared::new(Semaphore::new(2));
        let theirs = two.clone();
        let other = thread::spawn(move || drop(theirs.acquire()));
        drop(two.acquire());
        other.join().unwrap();
        let back = [two.try_acquire(), two.try_acquire()];
        assert!(
            back.iter().all(Result::is_ok),
            "two threads have given their permits back, but `try_acquire` does not give both"
        );
    });
}

fn tickets_wrap() {
    sync::model(|| {
        let semaphore = Semaphore::with_first_ticket(1, u32::MAX >> 1);
        for turn in 0..3 {
            drop(semaphore.acquire());
            let permit = semaphore.try_acquire();
            assert!(permit.is_ok(), "no permit, after {turn} tickets and the last number");
            assert!(
                semaphore.try_acquire().is_err(),
                "two permits of 1, after {turn} tickets and the last number"
            );
        }
        // Half way round is where a signed number ends.
        let semaphore = Semaphore::with_first_ticket(1, u32::MAX >> 2);
        for _ in 0..3 {
            drop(semaphore.acquire());
            assert!(semaphore.try_acquire().is_ok(), "no permit, half way to the last number");
        }
    });
}

fn closed() {
    sync::model(|| {
        let none = Semaphore::new(0);
        none.close();
        assert_eq!(
            none.try_acquire().err(),
            Some(TryAcquireError::Closed),
            "`try_acquire` of a closed semaphore of 0 permits"
        );
    });
    sync::model(|| {
        let semaphore = Semaphore::new(2);
        let permit = semaphore.acquire();
        semaphore.close();
        assert_eq!(semaphore.acquire().err(), Some(Closed), "`acquire` of a closed semaphore");
        assert_eq!(
            semaphore.try_acquire().err(),
            Some(TryAcquireError::Closed),
            "`try_acquire` of a closed semaphore"
        );
        drop(permit);
        assert_eq!(
            semaphore.acquire().err(),
            Some(Closed),
            "`acquire` after a permit came back to a closed semaphore"
        );
        semaphore.close();
        assert_eq!(
            semaphore.acquire().err(),
            Some(Closed),
            "`acquire` of a semaphore that was closed twice"
        );
    });
}

fn panic_gives_back() {
    sync::model(|| {
        let semaphore = Semaphore::new(1);
        sync::expect_panic(|| {
            let _permit = semaphore.acquire();
            panic!("on purpose, with the permit in hand");
        });
        let permit = semaphore.try_acquire();
        assert!(permit.is_ok(), "a thread has panicked, and its permit has not come back");
    });
}

fn waits() {
    sync::model(|| {
        let shared = Shared::new((Semaphore::new(1), AtomicBool::new(false)));
        let permit = shared.0.acquire();
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            let permit = theirs.0.acquire();
            assert!(
                permit.is_ok(),
                "`acquire` says `Closed` although nobody has closed the semaphore"
            );
            // Relaxed: a read-modify-write never misses another.
            let back = theirs.1.fetch_or(false, Relaxed);
            assert!(back, "two threads have the only permit");
        });
        // Relaxed: as above.
        shared.1.fetch_or(true, Relaxed);
        drop(permit);
        other.join().unwrap();
    });
}

/// Data that the checker watches.
struct Handed(UnsafeCell<Probe>);

impl Handed {
    fn new() -> Self {
        Self(UnsafeCell::new(Probe::new(0)))
    }

    fn add(&self) {
        // SAFETY: whether this access is ordered against the others is what is checked.
        unsafe { (*self.0.get()).add(1) }
    }
}

fn hand_over() {
    sync::model(|| {
        let shared = Shared::new((Semaphore::new(1), Handed::new()));
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            let _permit = theirs.0.acquire();
            theirs.1.add();
        });
        let permit = shared.0.try_acquire();
        if permit.is_ok() {
            shared.1.add();
        }
        drop(permit);
        other.join().unwrap();
    });
}

fn close_hands_over() {
    sync::model(|| {
        let shared = Shared::new((Semaphore::new(0), Handed::new()));
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            let closed = theirs.0.acquire();
            assert_eq!(
                closed.err(),
                Some(Closed),
                "`acquire` gives a permit although there is none"
            );
            theirs.1.add();
        });
        shared.1.add();
        shared.0.close();
        other.join().unwrap();
    });
}

fn close_wakes_all() {
    wake_all(sync::Model::new().faults(0), 2);
}

/// Whoever wakes two has not woken all, nor has whoever wakes four. The search begins with the execution in which all sleep when the
/// last thread ends, and few more are worth their time.
fn close_wakes_five() {
    wake_all(sync::Model::new().faults(0).executions(100), 5);
}

fn wake_all(model: sync::Model, waiters: usize) {
    model.check(move || {
        let semaphore = Shared::new(Semaphore::new(0));
        let wait = |semaphore: Shared<Semaphore>| {
            thread::spawn(move || assert!(semaphore.acquire().is_err(), "there is no permit"))
        };
        let others: Vec<_> = (0..waiters).map(|_| wait(semaphore.clone())).collect();
        let last = thread::spawn(move || semaphore.close());
        for thread in others.into_iter().chain([last]) {
            thread.join().unwrap();
        }
    });
}

fn two_waiters() {
    // What returns for no reason is tried with one.
    sync::Model::new().faults(0).check(|| {
        let shared = Shared::new((Semaphore::new(1), AtomicU32::new(0)));
        let permit = shared.0.acquire();
        let others = [shared.clone(), shared.clone()]
            .map(|shared| thread::spawn(move || drop(shared.0.acquire())));
        drop(permit);
        for other in others {
            other.join().unwrap();
        }
    });
}

/// Whoever wakes only as many as can go on may wake another one; whoever wakes four has not woken all. Few executions, as above.
fn five_waiters() {
    sync::Model::new().faults(0).main_last().executions(100).check(|| {
        let semaphore = Shared::new(Semaphore::new(1));
        let permit = semaphore.acquire();
        let wait = |semaphore: Shared<Semaphore>| thread::spawn(move || drop(semaphore.acquire()));
        let others = [(); 5].map(|()| wait(semaphore.clone()));
        drop(permit);
        for other in others {
            other.join().unwrap();
        }
    });
}

/// Objects to a thread other than the main one that waits without sleeping.
fn only_the_main_thread(turn: &Turn) -> Result<(), String> {
    if turn.thread == 0 {
        return Ok(());
    }
    Err("`acquire` does not sleep: it is still running in a loop, though no permit comes back. It should end up asleep in `futex::wait`"
        .into())
}

fn waiter_sleeps() {
    sync::Model::new().waits(only_the_main_thread).check(|| {
        let shared = Shared::new((Semaphore::new(0), AtomicBool::new(false)));
        let theirs = shared.clone();
        let other = thread::spawn(move || drop(theirs.0.acquire()));
        // Never: sleepers alone would be a deadlock. Relaxed: there is nothing to learn.
        while !shared.1.load(Relaxed) {
            hint::spin_loop();
        }
        shared.0.close();
        other.join().unwrap();
    });
}

/// However often: the thread waits for a permit that does not come back.
fn no_reason() {
    sync::Model::new().faults(8).on_stuck(|_| Ok(())).check(|| {
        let semaphore = Shared::new(Semaphore::new(1));
        let _permit = semaphore.acquire();
        let theirs = semaphore.clone();
        let other = thread::spawn(move || {
            let permit = theirs.acquire();
            assert!(
                permit.is_ok(),
                "`acquire` says `Closed` although nobody has closed the semaphore"
            );
            panic!(
                "two threads have the only permit: a sleep may end for no reason, again and again"
            );
        });
        other.join().unwrap();
    });
}

fn no_idle_wake() {
    sync::model(|| {
        let semaphore = Semaphore::new(2);
        let first = semaphore.acquire();
        drop(semaphore.acquire());
        drop(first);
        drop(semaphore.try_acquire());
        let seen = counters();
        assert_eq!(
            (seen.waits, seen.wakes),
            (0, 0),
            "calls of (wait, wake) by a thread that is alone"
        );
        let permit = semaphore.acquire();
        // To close wakes, or it does not.
        semaphore.close();
        let before = counters();
        drop(permit);
        let _ = semaphore.acquire();
        let after = counters();
        assert_eq!(
            (after.waits - before.waits, after.wakes - before.wakes),
            (0, 0),
            "calls of (wait, wake) by a thread that is alone, after `close`"
        );
    });
}
