//! What `ch10_ideas/barrier` must do.

use super::subject::Barrier;
use super::sync::{
    self, Turn,
    atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    cell::{Probe, UnsafeCell},
    counters, hint, thread,
};
use grader::{Check, Shared};

#[path = "clients/barrier.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::model("barrier_for_one_lets_it_through_and_it_leads", one_thread),
    Check::counted("barrier_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("barrier_for_none_or_too_many_panics", limits),
    Check::model("nobody_passes_before_all_have_come", all_have_come),
    Check::model("barrier_for_many_waits_for_all_of_them", many),
    Check::fact("barrier_for_65535_waits_for_all_of_them", as_many_as_possible),
    Check::fact("barrier_goes_on_after_65536_rounds", many_rounds),
    Check::model("thread_that_panics_has_arrived", panic_arrives),
    Check::model("one_of_each_round_leads", one_leads),
    Check::model("barrier_is_used_again", rounds),
    Check::model("all_that_wait_are_woken", all_are_woken),
    Check::model("five_that_wait_are_woken", five_are_woken),
    Check::model("what_came_before_each_arrival_happens_before_every_return", hand_over),
    Check::counted("waiter_goes_to_sleep", waiter_sleeps),
    Check::counted("wait_that_ends_for_no_reason_ends_nothing", no_reason),
    Check::counted("only_the_last_arrival_wakes", wakes_once),
    Check::counted(
        "every_small_program_does_what_a_barrier_does",
        clients::check::<small::Barriers>,
    ),
];

fn uses_sync() {
    clients::sees_atomics(|| {
        Barrier::new(1).wait();
    });
}

fn one_thread() {
    sync::model(|| {
        let barrier = Barrier::new(1);
        for _ in 0..3 {
            assert!(barrier.wait(), "the only thread of a round does not lead it");
        }
        let arrival = barrier.arrive();
        assert!(arrival.is_leader(), "the last arrival of a round does not lead it");
        assert!(arrival.wait(), "`is_leader` and `wait` do not agree");
        let barrier = Barrier::new(2);
        let first = barrier.arrive();
        assert!(!first.is_leader(), "the first arrival of two leads");
        assert!(barrier.arrive().is_leader(), "the second arrival of two does not lead");
        assert!(!first.wait(), "`is_leader` and `wait` do not agree");
        // An arrival counts even if nobody waits for it.
        drop(barrier.arrive());
        assert!(barrier.wait(), "a dropped `Arrival` has not arrived");
    });
}

fn limits() {
    sync::model(|| {
        sync::expect_panic(|| Barrier::new(0));
        sync::expect_panic(|| Barrier::new(65536));
        sync::expect_panic(|| Barrier::new(u32::MAX));
        drop(Barrier::new(65535).arrive());
    });
}

fn many() {
    sync::Model::new().faults(0).check(|| {
        // One thread arrives for all.
        for threads in [300, 65535] {
            let barrier = Barrier::new(threads);
            let first = barrier.arrive();
            assert!(!first.is_leader(), "the first arrival of {threads} leads");
            if threads == 300 {
                for number in 2..threads {
                    let leads = barrier.arrive().is_leader();
                    assert!(!leads, "arrival {number} of {threads} leads");
                }
                assert!(barrier.wait(), "the last arrival of {threads} does not lead");
                assert!(!first.wait(), "`is_leader` and `wait` do not agree");
            }
        }
    });
}

/// The checker would take long for so many steps. No thread waits here.
fn as_many_as_possible() {
    for threads in [32768, 40000, 65535] {
        let barrier = Barrier::new(threads);
        for round in 0..2 {
            for number in 1..threads {
                let leads = barrier.arrive().is_leader();
                assert!(!leads, "arrival {number} of {threads} leads, in round {round}");
            }
            let leads = barrier.arrive().is_leader();
            assert!(leads, "the last arrival of {threads} does not lead, in round {round}");
        }
    }
}

/// In as many rounds as can be told apart by sixteen bits, and some more.
fn many_rounds() {
    let barrier = Barrier::new(1);
    for round in 0..70_000 {
        assert!(barrier.wait(), "the only thread of round {round} does not lead it");
    }
}

/// Arrives when it is dropped.
struct Arrives<'a>(&'a Barrier);

impl Drop for Arrives<'_> {
    fn drop(&mut self) {
        drop(self.0.arrive());
    }
}

fn panic_arrives() {
    sync::model(|| {
        let barrier = Barrier::new(2);
        sync::expect_panic(|| {
            let _arrival = barrier.arrive();
            panic!("on purpose, after the arrival");
        });
        assert!(
            barrier.arrive().is_leader(),
            "a thread has arrived and panicked, and the next arrival of two is not the last"
        );
        sync::expect_panic(|| {
            let _arrives = Arrives(&barrier);
            panic!("on purpose, before the arrival");
        });
        assert!(
            barrier.arrive().is_leader(),
            "a thread has arrived while it panicked, and the next arrival of two is not the last"
        );
    });
}

/// Comes, waits, and looks how many have come. Returns whether it leads.
fn meet(barrier: &Barrier, came: &AtomicU32, wanted: u32) -> bool {
    // Relaxed: a read-modify-write never misses another.
    came.fetch_add(1, Relaxed);
    let leads = barrier.wait();
    // Relaxed: as above.
    let seen = came.fetch_add(0, Relaxed);
    assert!(seen >= wanted, "`wait` returned when {seen} of {wanted} threads had come");
    leads
}

fn all_have_come() {
    sync::model(|| {
        let shared = Shared::new((Barrier::new(2), AtomicU32::new(0)));
        let theirs = shared.clone();
        let other = thread::spawn(move || meet(&theirs.0, &theirs.1, 2));
        meet(&shared.0, &shared.1, 2);
        other.join().unwrap();
    });
}

fn one_leads() {
    sync::model(|| {
        let barrier = Shared::new(Barrier::new(2));
        let theirs = barrier.clone();
        let other = thread::spawn(move || [theirs.wait(), theirs.wait()]);
        let ours = [barrier.wait(), barrier.wait()];
        let theirs = other.join().unwrap();
        for round in 0..2 {
            let leaders = u32::from(ours[round]) + u32::from(theirs[round]);
            assert_eq!(leaders, 1, "leaders in round {round}");
        }
    });
}

fn rounds() {
    sync::Model::new().faults(0).check(|| {
        let shared = Shared::new((Barrier::new(2), AtomicU32::new(0)));
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            theirs.0.wait();
            meet(&theirs.0, &theirs.1, 2);
        });
        shared.0.wait();
        meet(&shared.0, &shared.1, 2);
        other.join().unwrap();
    });
}

fn all_are_woken() {
    // What returns for no reason is tried with two. Nobody counts who has come: that would make it fifty times as large.
    sync::Model::new().faults(0).check(|| {
        let barrier = Shared::new(Barrier::new(3));
        let others =
            [barrier.clone(), barrier.clone()].map(|barrier| thread::spawn(move || barrier.wait()));
        barrier.wait();
        for other in others {
            other.join().unwrap();
        }
    });
}

/// Whoever wakes two has not woken all, nor has whoever wakes four. The search begins with the execution in which all sleep when the
/// last thread ends, and few more are worth their time.
fn five_are_woken() {
    sync::Model::new().faults(0).executions(100).check(|| {
        let barrier = Shared::new(Barrier::new(6));
        // The main thread leads: the others have arrived before.
        let arrivals = [(); 5].map(|()| barrier.arrive());
        thread::scope(|scope| {
            for arrival in arrivals {
                scope.spawn(move || arrival.wait());
            }
            scope.spawn(|| ()).join().unwrap();
            barrier.wait();
        });
    });
}

/// Data of each thread. The checker watches every access.
struct Handed([UnsafeCell<Probe>; 3]);

impl Handed {
    fn new() -> Self {
        Self([0, 0, 0].map(|value| UnsafeCell::new(Probe::new(value))))
    }

    fn write(&self, whose: usize) {
        // SAFETY: whether this access is ordered against the others is what is checked.
        unsafe { (*self.0[whose].get()).set(1) }
    }

    fn assert_written(&self, whose: usize) {
        // SAFETY: as in `write`.
        let seen = unsafe { (*self.0[whose].get()).get() };
        assert_eq!(seen, 1, "what a thread wrote before it arrived is not seen after `wait`");
    }
}

fn hand_over() {
    sync::Model::new().faults(0).check(|| {
        let shared = Shared::new((Barrier::new(3), Handed::new()));
        let meet = |shared: &(Barrier, Handed), whose: usize| {
            shared.1.write(whose);
            shared.0.wait();
            for other in 0..3 {
                shared.1.assert_written(other);
            }
        };
        let others = [1, 2].map(|whose| {
            let shared = shared.clone();
            thread::spawn(move || meet(&shared, whose))
        });
        meet(&shared, 0);
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
    Err("`wait` does not sleep: it is still running in a loop, though nobody else is going to come. It should end up asleep in `futex::wait`"
        .into())
}

fn waiter_sleeps() {
    sync::Model::new().waits(only_the_main_thread).check(|| {
        let shared = Shared::new((Barrier::new(2), AtomicBool::new(false)));
        let theirs = shared.clone();
        let other = thread::spawn(move || theirs.0.wait());
        // Never: sleepers alone would be a deadlock. Relaxed: there is nothing to learn.
        while !shared.1.load(Relaxed) {
            hint::spin_loop();
        }
        shared.0.wait();
        other.join().unwrap();
    });
}

/// However often: the thread waits for another one that does not come.
fn no_reason() {
    sync::Model::new().faults(8).on_stuck(|_| Ok(())).check(|| {
        let barrier = Shared::new(Barrier::new(2));
        let theirs = barrier.clone();
        let other = thread::spawn(move || {
            theirs.wait();
            panic!("`wait` returned, and nobody else has arrived: a sleep may end for no reason, again and again");
        });
        other.join().unwrap();
    });
}

fn wakes_once() {
    sync::model(|| {
        let barrier = Barrier::new(3);
        let first = barrier.arrive();
        drop(barrier.arrive());
        let wakes = counters().wakes;
        assert_eq!(wakes, 0, "calls that wake, by an arrival that is not the last");
        drop(barrier.arrive());
        // How often the last arrival wakes is its own affair.
        first.wait();
        let waits = counters().waits;
        assert_eq!(waits, 0, "calls of `futex::wait` by a `wait` for a round that is over");
    });
}
