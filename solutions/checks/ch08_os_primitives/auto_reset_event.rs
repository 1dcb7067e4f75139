//! What `ch08_os_primitives/auto_reset_event` must do.

use super::subject::AutoResetEvent;
use super::sync::{
    self, Turn,
    atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    cell::{Probe, UnsafeCell},
    hint, thread,
};
use grader::{Check, Shared, impls};

#[path = "clients/auto_reset_event.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("event_can_be_shared_and_sent_between_threads", is_shared_and_sent),
    Check::model("new_event_is_not_set", new_is_not_set),
    Check::counted("event_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("set_is_remembered_until_one_thread_has_taken_it", remembers),
    Check::model("two_sets_without_a_wait_count_once", counts_once),
    Check::model("reset_takes_back_a_set", reset_takes_back),
    Check::model("wait_waits_for_a_set", wait_waits),
    Check::model("set_lets_one_of_two_through", one_of_two),
    Check::model("waiter_and_a_thread_that_tries_never_both_get_through", waits_beside_a_try),
    Check::model("set_after_a_reset_wakes_the_waiter", set_after_reset),
    Check::model("each_set_lets_one_waiter_through", one_waiter_each),
    Check::model("five_sets_let_five_waiters_through", five_waiters),
    Check::model("what_came_before_set_happens_before_the_return_of_wait", hand_over),
    // Not with real threads: where `set` is done with nothing that orders it before `wait`, only the checker knows.
    Check::counted("set_publishes_even_if_the_event_is_set", publishes_again),
    Check::counted("reset_hides_nothing_of_what_came_before_a_set", publishes_through_a_reset),
    Check::counted("wait_for_an_event_that_is_not_set_sleeps", sleeps),
    Check::counted("wait_for_an_event_that_is_set_makes_no_call", no_call_if_set),
    Check::counted("set_makes_no_call_if_nobody_waits", no_call_without_a_waiter),
    Check::counted("every_small_program_does_what_an_event_does", clients::check::<small::Events>),
];

fn is_shared_and_sent() {
    assert!(impls!(AutoResetEvent: Sync), "an event is not `Sync`: no two threads could reach it");
    assert!(impls!(AutoResetEvent: Send), "an event is not `Send`");
}

fn uses_sync() {
    clients::sees_atomics(|| {
        let event = AutoResetEvent::new();
        event.set();
        event.wait();
    });
}

fn new_is_not_set() {
    sync::model(|| {
        assert!(!AutoResetEvent::new().try_wait(), "a new event is set");
        assert!(!AutoResetEvent::default().try_wait(), "the default event is set");
    });
}

fn remembers() {
    sync::model(|| {
        let event = AutoResetEvent::new();
        for _ in 0..2 {
            event.set();
            event.wait();
            assert!(!event.try_wait(), "the event is still set after it has let a `wait` through");
            event.set();
            assert!(event.try_wait(), "`try_wait` does not find the event set, though it is");
            assert!(
                !event.try_wait(),
                "the event is still set after it has let a `try_wait` through"
            );
        }
    });
}

fn counts_once() {
    sync::model(|| {
        let event = AutoResetEvent::new();
        event.set();
        event.set();
        event.wait();
        assert!(
            !event.try_wait(),
            "two calls of `set` let two threads through, with none waiting between them"
        );
    });
}

fn reset_takes_back() {
    sync::model(|| {
        let event = AutoResetEvent::new();
        event.reset();
        assert!(!event.try_wait(), "`reset` of an event that is not set has set it");
        event.set();
        event.reset();
        assert!(!event.try_wait(), "the event is set after `reset`");
        event.set();
        event.wait();
        assert!(
            !event.try_wait(),
            "the event is set after the `wait` that came after `reset` and `set`"
        );
    });
}

/// Waits. The event must have been set by then.
fn pass(event: &AutoResetEvent, set: &AtomicU32) {
    event.wait();
    // Relaxed: a read-modify-write never misses another, and `set` came after this one.
    assert_ne!(set.fetch_add(0, Relaxed), 0, "`wait` returned although the event had not been set");
}

fn wait_waits() {
    sync::model(|| {
        let shared = Shared::new((AutoResetEvent::new(), AtomicU32::new(0)));
        let theirs = shared.clone();
        let other = thread::spawn(move || pass(&theirs.0, &theirs.1));
        // Relaxed: as in `pass`.
        shared.1.fetch_add(1, Relaxed);
        shared.0.set();
        other.join().unwrap();
    });
}

fn one_of_two() {
    sync::model(|| {
        let event = Shared::new(AutoResetEvent::new());
        event.set();
        let theirs = event.clone();
        let other = thread::spawn(move || theirs.try_wait());
        let ours = event.try_wait();
        let theirs = other.join().unwrap();
        assert!(!(ours && theirs), "one `set` has let two threads through");
        assert!(ours || theirs, "two threads tried an event that was set, but it let none through");
        assert!(!event.try_wait(), "the event is still set");
    });
}

fn waits_beside_a_try() {
    sync::model(|| {
        let event = Shared::new(AutoResetEvent::new());
        let theirs = event.clone();
        let other = thread::spawn(move || theirs.wait());
        event.set();
        if event.try_wait() {
            // The other thread is still waiting, or will be.
            event.set();
        }
        other.join().unwrap();
        assert!(
            !event.try_wait(),
            "each `set` has let one thread through, but the event is still set"
        );
    });
}

fn set_after_reset() {
    sync::model(|| {
        let event = Shared::new(AutoResetEvent::new());
        let theirs = event.clone();
        let other = thread::spawn(move || theirs.wait());
        event.set();
        event.reset();
        event.set();
        other.join().unwrap();
    });
}

/// Two waiters and one `set`. Who is let through first sets the event again, for the other one. Then none is left.
fn one_waiter_each() {
    sync::model(|| {
        let shared = Shared::new((AutoResetEvent::new(), AtomicBool::new(false)));
        let others = [shared.clone(), shared.clone()].map(|shared| {
            thread::spawn(move || {
                let (event, passed) = &*shared;
                event.wait();
                // Relaxed: one of the two is first, whatever else they know.
                if !passed.swap(true, Relaxed) {
                    event.set();
                }
            })
        });
        shared.0.set();
        for other in others {
            other.join().unwrap();
        }
        assert!(
            !shared.0.try_wait(),
            "one `set` has let two waiters through, and the other is left over"
        );
    });
}

/// Data that is written before the event is set and read when it has let a thread through. The checker watches both.
struct Handed(UnsafeCell<Probe>);

impl Handed {
    const fn new() -> Self {
        Self(UnsafeCell::new(Probe::new(0)))
    }

    fn write(&self) {
        // SAFETY: whether this access is ordered against the other one is what is checked.
        unsafe { (*self.0.get()).set(1) }
    }

    fn assert_written(&self) {
        // SAFETY: as in `write`.
        let seen = unsafe { (*self.0.get()).get() };
        assert_eq!(seen, 1, "what was written before `set` is not seen after `wait`");
    }
}

/// Whoever counts to three knows nothing of the fourth. The search begins with the execution in which all sleep when the last
/// thread ends, and few more are worth their time.
fn five_waiters() {
    sync::Model::new().faults(0).executions(100).check(|| {
        let shared = Shared::new((AutoResetEvent::new(), AtomicU32::new(0)));
        let main = thread::current();
        let waiters = [(); 5].map(|()| {
            let (shared, main) = (shared.clone(), main.clone());
            thread::spawn(move || {
                shared.0.wait();
                // Relaxed, here and below: it only says how many are through.
                shared.1.fetch_add(1, Relaxed);
                main.unpark();
            })
        });
        thread::spawn(|| ()).join().unwrap();
        let (event, through) = &*shared;
        for set in 1..=5 {
            event.set();
            while through.load(Relaxed) < set {
                thread::park();
            }
        }
        for waiter in waiters {
            waiter.join().unwrap();
        }
    });
}

fn hand_over() {
    sync::model(|| {
        let shared = Shared::new((AutoResetEvent::new(), Handed::new()));
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            theirs.0.wait();
            theirs.1.assert_written();
        });
        shared.1.write();
        shared.0.set();
        other.join().unwrap();
    });
}

fn publishes_again() {
    hears_of_a_set_before(AutoResetEvent::set, |_| {});
}

/// The first `set` is taken back. What came before it happens before the return of the next `wait` all the same: the promise is for each
/// `set` so far.
fn publishes_through_a_reset() {
    let take_back_and_set = |event: &AutoResetEvent| {
        event.reset();
        event.set();
    };
    hears_of_a_set_before(|_| {}, take_back_and_set);
}

/// Another thread has called `set`, with something `before` and something `after` it by this one, when this one waits.
fn hears_of_a_set_before(before: fn(&AutoResetEvent), after: fn(&AutoResetEvent)) {
    sync::model(move || {
        let shared = Shared::new((AutoResetEvent::new(), Handed::new(), AtomicU32::new(0)));
        let (event, handed, done) = &*shared;
        before(event);
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            theirs.1.write();
            theirs.0.set();
            // Relaxed: says that `set` is done, and hands nothing over. That is for `wait` to do.
            theirs.2.store(1, Relaxed);
        });
        while done.load(Relaxed) == 0 {
            hint::spin_loop();
        }
        after(event);
        event.wait();
        handed.assert_written();
        other.join().unwrap();
    });
}

/// Objects to a thread other than the main one that waits without sleeping.
fn only_the_main_thread(turn: &Turn) -> Result<(), String> {
    if turn.thread == 0 {
        return Ok(());
    }
    Err("`wait` does not sleep: it keeps the processor busy, though nobody sets the event. It should end up asleep in `futex::wait`, which it calls with the value that the word has then"
        .into())
}

fn sleeps() {
    sleeps_in(sync::Model::new());
    // Nor does it sleep no more because its sleep has ended for no reason very often.
    sleeps_in(sync::Model::new().faults(0).restless(300));
}

fn sleeps_in(model: sync::Model) {
    model.waits(only_the_main_thread).check(|| {
        let shared = Shared::new((AutoResetEvent::new(), AtomicBool::new(false)));
        let theirs = shared.clone();
        let other = thread::spawn(move || theirs.0.wait());
        // Never: sleepers alone would be a deadlock. Relaxed: there is nothing to learn.
        while !shared.1.load(Relaxed) {
            hint::spin_loop();
        }
        shared.0.set();
        other.join().unwrap();
    });
}

fn no_call_if_set() {
    sync::model(|| {
        let event = AutoResetEvent::new();
        event.set();
        event.wait();
        let waits = sync::counters().waits;
        assert_eq!(waits, 0, "calls of `futex::wait` by a `wait` for an event that is set");
    });
}

fn no_call_without_a_waiter() {
    sync::model(|| {
        let event = Shared::new(AutoResetEvent::new());
        event.set();
        event.set();
        event.wait();
        assert_eq!(sync::counters().wakes, 0, "calls that wake although nobody has waited yet");
        let theirs = event.clone();
        let other = thread::spawn(move || theirs.wait());
        event.set();
        other.join().unwrap();
        let before = sync::counters().wakes;
        assert!(before <= 1, "{before} calls to wake one thread");
        // The waiter is back.
        event.set();
        assert_eq!(sync::counters().wakes, before, "`set` wakes although nobody waits any more");
    });
}
