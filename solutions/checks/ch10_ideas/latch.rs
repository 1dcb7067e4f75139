//! What `ch10_ideas/latch` must do.

use super::subject::Latch;
use super::sync::{
    self, Turn,
    atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    cell::{Probe, UnsafeCell},
    counters, hint, thread,
};
use grader::{Check, Shared};

#[path = "clients/latch.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::model("latch_opens_with_the_last_count_down_and_stays_open", opens_with_the_last),
    Check::counted("latch_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("count_down_of_an_open_latch_panics_and_changes_nothing", too_many),
    Check::model("count_down_of_a_thread_that_panics_counts", panic_counts),
    Check::model("wait_waits_for_the_last_count_down", wait_waits),
    Check::model("all_that_wait_are_woken", all_are_woken),
    Check::model("five_that_wait_are_woken", five_are_woken),
    Check::model("two_that_count_down_at_once_both_count", two_count),
    Check::model("what_came_before_each_count_down_happens_before_the_return_of_wait", hand_over),
    Check::model("what_came_before_count_down_happens_before_is_open", hand_over_without_wait),
    Check::model("thread_that_has_waited_may_free_the_latch", waiter_frees),
    Check::counted("waiter_goes_to_sleep", waiter_sleeps),
    Check::counted("wait_that_ends_for_no_reason_ends_nothing", no_reason),
    Check::counted("only_the_last_count_down_wakes", wakes_once),
    Check::counted("every_small_program_does_what_a_latch_does", clients::check::<small::Latches>),
];

fn uses_sync() {
    clients::sees_atomics(|| {
        let latch = Latch::new(1);
        latch.count_down();
        latch.wait();
    });
}

fn opens_with_the_last() {
    sync::model(|| {
        let latch = Latch::new(0);
        assert!(latch.is_open(), "a latch that nothing has to count down is not open");
        latch.wait();
        let latch = Latch::new(2);
        assert!(!latch.is_open(), "a latch of 2 is open before it was counted down");
        latch.count_down();
        assert!(!latch.is_open(), "a latch of 2 is open after one `count_down`");
        latch.count_down();
        assert!(latch.is_open(), "a latch of 2 is not open after two calls of `count_down`");
        latch.wait();
        latch.wait();
        assert!(latch.is_open(), "the latch has closed again");
        let most = Latch::new(u32::MAX);
        most.count_down();
        assert!(!most.is_open(), "a latch of `u32::MAX` is open after one `count_down`");
        // In a number of fewer bits, each of these is 0 or 1.
        for count in (1..u32::BITS).flat_map(|bits| [1 << bits, (1 << bits) + 1]) {
            let latch = Latch::new(count);
            assert!(!latch.is_open(), "a latch of {count} is open before it was counted down");
            latch.count_down();
            assert!(!latch.is_open(), "a latch of {count} is open after one `count_down`");
        }
    });
}

fn too_many() {
    sync::model(|| {
        let latch = Latch::new(1);
        latch.count_down();
        sync::expect_panic(|| latch.count_down());
        assert!(latch.is_open(), "a `count_down` that panicked has closed the latch");
        latch.wait();
        sync::expect_panic(|| latch.count_down());
        let open = Latch::new(0);
        sync::expect_panic(|| open.count_down());
        assert!(open.is_open(), "a `count_down` that panicked has closed the latch");
    });
}

/// Counts down when it is dropped.
struct CountsDown<'a>(&'a Latch);

impl Drop for CountsDown<'_> {
    fn drop(&mut self) {
        self.0.count_down();
    }
}

fn panic_counts() {
    sync::model(|| {
        let latch = Latch::new(1);
        sync::expect_panic(|| {
            let _done = CountsDown(&latch);
            panic!("on purpose, before the work is done");
        });
        assert!(
            latch.is_open(),
            "a destructor has called `count_down` while its thread panicked, and the latch is not open"
        );
    });
}

/// Waits. The latch must have been counted down `count` times by then.
fn pass(latch: &Latch, done: &AtomicU32, count: u32) {
    latch.wait();
    // Relaxed: a read-modify-write never misses another.
    let seen = done.fetch_add(0, Relaxed);
    assert_eq!(
        seen, count,
        "calls of `count_down` that had begun when `wait` returned, of {count}"
    );
}

fn wait_waits() {
    sync::model(|| {
        let shared = Shared::new((Latch::new(2), AtomicU32::new(0)));
        let theirs = shared.clone();
        let other = thread::spawn(move || pass(&theirs.0, &theirs.1, 2));
        for _ in 0..2 {
            // Relaxed: as in `pass`.
            shared.1.fetch_add(1, Relaxed);
            shared.0.count_down();
        }
        other.join().unwrap();
    });
}

fn all_are_woken() {
    wake_all(sync::Model::new().faults(0), 2);
}

/// Whoever wakes two has not woken all, nor has whoever wakes four. The search begins with the execution in which all sleep when the
/// last thread ends, and few more are worth their time.
fn five_are_woken() {
    wake_all(sync::Model::new().faults(0).executions(100), 5);
}

fn wake_all(model: sync::Model, waiters: usize) {
    model.check(move || {
        let latch = Shared::new(Latch::new(1));
        let wait = |latch: Shared<Latch>| thread::spawn(move || latch.wait());
        let others: Vec<_> = (0..waiters).map(|_| wait(latch.clone())).collect();
        let last = thread::spawn(move || latch.count_down());
        for thread in others.into_iter().chain([last]) {
            thread.join().unwrap();
        }
    });
}

fn two_count() {
    sync::model(|| {
        let latch = Shared::new(Latch::new(2));
        let theirs = latch.clone();
        let other = thread::spawn(move || theirs.count_down());
        latch.count_down();
        other.join().unwrap();
        assert!(latch.is_open(), "two threads have counted down a latch of 2, but it is not open");
    });
}

/// Data of two threads. The checker watches every access.
struct Handed([UnsafeCell<Probe>; 2]);

impl Handed {
    fn new() -> Self {
        Self([0, 0].map(|value| UnsafeCell::new(Probe::new(value))))
    }

    fn write(&self, whose: usize) {
        // SAFETY: whether this access is ordered against the others is what is checked.
        unsafe { (*self.0[whose].get()).set(1) }
    }

    fn assert_written(&self, whose: usize) {
        // SAFETY: as in `write`.
        let seen = unsafe { (*self.0[whose].get()).get() };
        assert_eq!(
            seen, 1,
            "what was written before `count_down` is not seen when the latch is open"
        );
    }
}

fn hand_over() {
    sync::Model::new().faults(0).check(|| {
        let shared = Shared::new((Latch::new(2), Handed::new()));
        let others = [0, 1].map(|whose| {
            let shared = shared.clone();
            thread::spawn(move || {
                shared.1.write(whose);
                shared.0.count_down();
            })
        });
        shared.0.wait();
        shared.1.assert_written(0);
        shared.1.assert_written(1);
        for other in others {
            other.join().unwrap();
        }
    });
}

fn hand_over_without_wait() {
    sync::model(|| {
        let shared = Shared::new((Latch::new(1), Handed::new()));
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            theirs.1.write(0);
            theirs.0.count_down();
        });
        if shared.0.is_open() {
            shared.1.assert_written(0);
        }
        other.join().unwrap();
    });
    // Whichever of five calls it is.
    sync::Model::new().faults(0).check(|| {
        let shared = Shared::new((Latch::new(5), Handed::new()));
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            theirs.1.write(0);
            theirs.0.count_down();
        });
        for _ in 0..4 {
            shared.0.count_down();
        }
        if shared.0.is_open() {
            shared.1.assert_written(0);
        }
        other.join().unwrap();
    });
}

fn waiter_frees() {
    sync::model(|| {
        let latch = Box::into_raw(Box::new(Latch::new(1))).expose_provenance();
        let place = move || std::ptr::with_exposed_provenance_mut::<Latch>(latch);
        let other = thread::spawn(move || {
            // SAFETY: the latch lives until the thread that waits has passed.
            unsafe { &*place() }.count_down();
        });
        // SAFETY: only this thread frees it.
        unsafe { &*place() }.wait();
        // SAFETY: from `Box::into_raw`, and only one thread does this. The other one has opened the latch.
        sync::free(unsafe { Box::from_raw(place()) });
        other.join().unwrap();
    });
}

/// Objects to a thread other than the main one that waits without sleeping.
fn only_the_main_thread(turn: &Turn) -> Result<(), String> {
    if turn.thread == 0 {
        return Ok(());
    }
    Err("`wait` does not sleep: it is still running in a loop, though the latch is not going to be opened. It should end up asleep in `futex::wait`"
        .into())
}

fn waiter_sleeps() {
    waiter_of_sleeps(1, 0);
    waiter_of_sleeps(5, 0);
    // Perhaps it has seen 2, or sleeps already.
    waiter_of_sleeps(2, 1);
}

/// The latch has been counted down so often when nothing goes on any more.
fn waiter_of_sleeps(count: u32, before: u32) {
    sync::Model::new().waits(only_the_main_thread).check(move || {
        let shared = Shared::new((Latch::new(count), AtomicBool::new(false)));
        let theirs = shared.clone();
        let other = thread::spawn(move || theirs.0.wait());
        (0..before).for_each(|_| shared.0.count_down());
        // Never: sleepers alone would be a deadlock. Relaxed: there is nothing to learn.
        while !shared.1.load(Relaxed) {
            hint::spin_loop();
        }
        (before..count).for_each(|_| shared.0.count_down());
        other.join().unwrap();
    });
}

/// However often: the thread waits for a call that does not come.
fn no_reason() {
    sync::Model::new().faults(8).on_stuck(|_| Ok(())).check(|| {
        let latch = Shared::new(Latch::new(1));
        let theirs = latch.clone();
        let other = thread::spawn(move || {
            theirs.wait();
            panic!("`wait` returned, and nobody has counted down: a sleep may end for no reason, again and again");
        });
        other.join().unwrap();
    });
}

fn wakes_once() {
    sync::model(|| {
        let latch = Latch::new(3);
        latch.count_down();
        latch.count_down();
        let wakes = counters().wakes;
        assert_eq!(wakes, 0, "calls that wake, by a `count_down` that does not open the latch");
        latch.count_down();
        latch.wait();
        let waits = counters().waits;
        assert_eq!(waits, 0, "calls of `futex::wait` by a `wait` for a latch that is open");
        let wakes = counters().wakes;
        sync::expect_panic(|| latch.count_down());
        assert_eq!(
            counters().wakes - wakes,
            0,
            "calls that wake, by a `count_down` of a latch that is open"
        );
    });
    sync::Model::new().faults(0).check(|| {
        let latch = Shared::new(Latch::new(1));
        let theirs = latch.clone();
        let other = thread::spawn(move || theirs.wait());
        let before = counters().wakes;
        latch.count_down();
        let opened = counters().wakes;
        other.join().unwrap();
        assert_eq!(
            counters().wakes - before,
            opened - before,
            "calls that wake, while one thread opens the latch and another one waits. How many of them the one that opens it has made"
        );
    });
}
