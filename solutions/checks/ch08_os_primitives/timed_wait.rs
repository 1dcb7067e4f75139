//! What `ch08_os_primitives/timed_wait` must do.

use super::subject::{Machine, System, wait_for, wait_until};
use super::sync::{
    self,
    atomic::{
        AtomicU32,
        Ordering::{Relaxed, Release},
    },
    cell::{Probe, UnsafeCell},
    futex, thread,
};
use grader::{Check, Shared};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::model("word_that_has_changed_ends_the_wait_at_once", changed_already),
    Check::model("time_that_is_over_ends_the_wait_at_once", over_already),
    Check::model("return_for_no_reason_does_not_end_the_wait", no_reason),
    Check::model("returns_for_no_reason_do_not_stretch_the_wait", no_drift),
    Check::model("wait_does_not_end_before_the_deadline", not_early),
    Check::model("change_at_the_last_moment_counts", last_moment),
    Check::model("without_a_deadline_there_is_no_limit", no_deadline),
    Check::model("largest_timeout_is_no_limit", largest_timeout),
    Check::model("no_wake_up_is_lost", no_wake_up_is_lost),
    // Not with real threads: the time that passes is the checker's.
    Check::counted("wait_that_nobody_ends_is_ended_by_the_time", ends),
    Check::model("what_came_before_the_change_happens_before_the_return", hand_over),
    Check::fact("machine_does_not_end_the_wait_before_the_deadline", machine),
];

/// The value that is waited on, and another one.
const VALUE: u32 = 7;
/// See [`VALUE`].
const OTHER: u32 = 8;

/// A second, and several.
const SECOND: Duration = Duration::from_secs(1);

/// Longer than anybody waits, and not longer than a clock can tell.
const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// How a sleep ends.
#[derive(Clone, Copy)]
enum End {
    /// After so long, for no reason.
    NoReason(Duration),
    /// The system says that the time is over, after so long.
    SaidToBeOver(Duration),
    /// The word changes after so long.
    Changed(Duration),
    /// The word changes in the moment in which the time is over.
    ChangedAndOver,
}

/// A system whose time is told by a script. When the script is over, sleeps last until their time is.
struct Script {
    start: Instant,
    passed: Cell<Duration>,
    ends: RefCell<VecDeque<End>>,
    /// How long each sleep was to last at most, and when it began.
    asked: RefCell<Vec<(Option<Duration>, Duration)>>,
}

impl Script {
    fn new(ends: &[End]) -> Self {
        Self {
            start: Instant::now(),
            passed: Cell::new(Duration::ZERO),
            ends: RefCell::new(ends.iter().copied().collect()),
            asked: RefCell::default(),
        }
    }

    /// The point in time so far from the start.
    fn at(&self, time: Duration) -> Option<Instant> {
        Some(self.start + time)
    }

    fn sleeps(&self) -> usize {
        self.asked.borrow().len()
    }

    /// What the script says comes after the time of this sleep.
    fn later(&self, end: End, limit: Duration) {
        self.ends.borrow_mut().push_front(end);
        self.pass(limit);
    }

    fn pass(&self, time: Duration) {
        self.passed.set(self.passed.get().saturating_add(time));
    }
}

impl System for Script {
    fn now(&self) -> Instant {
        self.start + self.passed.get()
    }

    fn wait(&self, word: &AtomicU32, value: u32, timeout: Option<Duration>) -> bool {
        self.asked.borrow_mut().push((timeout, self.passed.get()));
        assert!(
            self.sleeps() < 1000,
            "the wait has gone to sleep a thousand times, the last time for {timeout:?}, but does not end"
        );
        // Relaxed: one thread.
        if word.load(Relaxed) != value {
            return true;
        }
        let limit = timeout.unwrap_or(Duration::MAX);
        let end = self.ends.borrow_mut().pop_front();
        match end {
            Some(End::NoReason(after)) if after > limit => {
                self.later(End::NoReason(after - limit), limit)
            }
            Some(End::Changed(after)) if after > limit => {
                self.later(End::Changed(after - limit), limit)
            }
            Some(End::NoReason(after)) => {
                self.pass(after);
                return true;
            }
            Some(End::Changed(after)) => {
                self.pass(after);
                word.store(OTHER, Relaxed);
                return true;
            }
            Some(End::SaidToBeOver(after)) => self.pass(after.min(limit)),
            Some(End::ChangedAndOver) => {
                self.pass(limit);
                word.store(OTHER, Relaxed);
            }
            None => {
                assert!(
                    timeout.is_some(),
                    "the wait sleeps without limit, and nothing will end it"
                );
                self.pass(limit);
            }
        }
        false
    }
}

fn changed_already() {
    sync::model(|| {
        let word = AtomicU32::new(OTHER);
        let system = Script::new(&[]);
        assert!(
            wait_until(&system, &word, VALUE, system.at(SECOND)),
            "the word has changed, but the wait returns false"
        );
        assert!(
            wait_until(&system, &word, VALUE, None),
            "the word has changed, but the wait returns false"
        );
        assert!(
            wait_until(&system, &word, VALUE, system.at(Duration::ZERO)),
            "the word has changed, but the wait returns false because the time is over"
        );
        assert!(
            wait_for(&system, &word, VALUE, SECOND),
            "the word has changed, but `wait_for` returns false"
        );
        assert!(
            wait_for(&system, &word, VALUE, Duration::ZERO),
            "the word has changed, but `wait_for` returns false because it may not wait"
        );
        assert_eq!(system.sleeps(), 0, "calls to sleep although the word has changed");
    });
}

fn over_already() {
    sync::model(|| {
        let word = AtomicU32::new(VALUE);
        let system = Script::new(&[]);
        system.pass(SECOND);
        assert!(
            !wait_until(&system, &word, VALUE, system.at(SECOND)),
            "the wait returns true, but the word is the same"
        );
        assert!(
            !wait_until(&system, &word, VALUE, system.at(Duration::ZERO)),
            "the wait returns true, but the word is the same"
        );
        assert!(
            !wait_for(&system, &word, VALUE, Duration::ZERO),
            "`wait_for` returns true, but the word is the same"
        );
        assert_eq!(system.sleeps(), 0, "calls to sleep although the time is over");
    });
}

fn no_reason() {
    sync::model(|| {
        let word = AtomicU32::new(VALUE);
        let system = Script::new(&[
            End::NoReason(SECOND),
            End::NoReason(Duration::ZERO),
            End::Changed(SECOND),
        ]);
        let changed = wait_until(&system, &word, VALUE, system.at(10 * SECOND));
        // Relaxed: one thread.
        assert_eq!(
            word.load(Relaxed),
            OTHER,
            "the wait has ended before the word changed, and before the time was over"
        );
        assert!(changed, "the word has changed, but the wait returns false");
        // However often that happens.
        let word = AtomicU32::new(VALUE);
        let often: Vec<_> = (0..300).map(|_| End::NoReason(Duration::ZERO)).collect();
        let system = Script::new(&often);
        assert!(
            !wait_until(&system, &word, VALUE, system.at(SECOND)),
            "the wait returns true, but the word is the same"
        );
        let passed = system.passed.get();
        assert!(
            passed >= SECOND,
            "the wait has ended after {passed:?}, but the deadline was after {SECOND:?}: 300 sleeps have ended for no reason"
        );
    });
}

/// No sleep was to last beyond the deadline.
fn assert_no_drift(system: &Script, deadline: Duration) {
    for (number, &(timeout, since)) in system.asked.borrow().iter().enumerate() {
        let left = deadline.saturating_sub(since);
        let asked = timeout.expect("a sleep without limit, though there is a deadline");
        assert!(
            asked <= left,
            "sleep number {}: {left:?} are left until the deadline, but the wait asks for {asked:?}",
            number + 1
        );
    }
    assert_eq!(system.passed.get(), deadline, "the time at which the wait has ended");
}

fn no_drift() {
    sync::model(|| {
        let word = AtomicU32::new(VALUE);
        let interrupted = [End::NoReason(3 * SECOND); 3];
        let system = Script::new(&interrupted);
        assert!(
            !wait_until(&system, &word, VALUE, system.at(10 * SECOND)),
            "the wait returns true, but the word is the same"
        );
        assert_no_drift(&system, 10 * SECOND);
        let system = Script::new(&interrupted);
        assert!(
            !wait_for(&system, &word, VALUE, 10 * SECOND),
            "`wait_for` returns true, but the word is the same"
        );
        assert_no_drift(&system, 10 * SECOND);
        // Times that are no whole number of any larger unit.
        let odd = SECOND + Duration::from_nanos(1_234_567);
        let system = Script::new(&[End::NoReason(Duration::from_nanos(1_001))]);
        assert!(
            !wait_until(&system, &word, VALUE, system.at(odd)),
            "the wait returns true, but the word is the same"
        );
        assert_no_drift(&system, odd);
    });
}

fn not_early() {
    sync::model(|| {
        let word = AtomicU32::new(VALUE);
        // The system's clock is coarse, or runs a little ahead.
        let almost = SECOND - Duration::from_nanos(500);
        let system = Script::new(&[End::NoReason(Duration::ZERO), End::SaidToBeOver(almost)]);
        assert!(
            !wait_until(&system, &word, VALUE, system.at(SECOND)),
            "the wait returns true, but the word is the same"
        );
        let passed = system.passed.get();
        assert!(
            passed >= SECOND,
            "the wait has ended after {passed:?}, but the deadline was after {SECOND:?}"
        );
    });
}

fn last_moment() {
    sync::model(|| {
        let word = AtomicU32::new(VALUE);
        let system = Script::new(&[End::ChangedAndOver]);
        let changed = wait_until(&system, &word, VALUE, system.at(SECOND));
        assert!(
            changed,
            "the word had changed when the time was over, but the wait returns false: a wake-up is thrown away"
        );
    });
}

fn no_deadline() {
    sync::model(|| {
        let word = AtomicU32::new(VALUE);
        let system = Script::new(&[End::NoReason(CENTURY), End::Changed(20 * SECOND)]);
        assert!(
            wait_until(&system, &word, VALUE, None),
            "there is no deadline, but the wait returns false"
        );
        // Relaxed: one thread.
        assert_eq!(word.load(Relaxed), OTHER, "the wait returns true, but the word is the same");
    });
}

fn largest_timeout() {
    sync::model(|| {
        let word = AtomicU32::new(VALUE);
        let system = Script::new(&[End::NoReason(CENTURY), End::Changed(CENTURY)]);
        assert!(
            wait_for(&system, &word, VALUE, Duration::MAX),
            "the wait is to last for ever, but returns false after {:?}",
            system.passed.get()
        );
        // Relaxed: one thread.
        assert_eq!(word.load(Relaxed), OTHER, "the wait returns true, but the word is the same");
    });
}

/// A system that sleeps as the checker does. A sleep with a limit may always be over; then its time has passed.
struct Modelled {
    start: Instant,
    passed: Cell<Duration>,
}

impl Modelled {
    fn new() -> Self {
        Self { start: Instant::now(), passed: Cell::new(Duration::ZERO) }
    }
}

impl System for Modelled {
    fn now(&self) -> Instant {
        self.start + self.passed.get()
    }

    fn wait(&self, word: &AtomicU32, value: u32, timeout: Option<Duration>) -> bool {
        let Some(timeout) = timeout else {
            futex::wait(word, value);
            return true;
        };
        let in_time = futex::wait_timeout(word, value, timeout);
        if !in_time {
            self.passed.set(self.passed.get() + timeout);
        }
        in_time
    }
}

/// Data that is written before the word changes and read afterwards. The checker watches both.
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
        assert_eq!(seen, 1, "what was written before the change is not seen after the wait");
    }
}

/// Another thread waits, and gets the data if the word has changed; this one writes the data, and changes the word.
fn hand_over_within(deadline: Option<Duration>) {
    let shared = Shared::new((AtomicU32::new(VALUE), Handed::new()));
    let theirs = shared.clone();
    let other = thread::spawn(move || {
        let system = Modelled::new();
        let changed = wait_until(&system, &theirs.0, VALUE, deadline.map(|d| system.start + d));
        if changed {
            theirs.1.assert_written();
        } else {
            let deadline = deadline.expect("a wait without a deadline returns false");
            assert!(system.passed.get() >= deadline, "the wait has ended before the deadline");
        }
    });
    shared.1.write();
    // Release: pairs with what the wait acquires.
    shared.0.store(OTHER, Release);
    futex::wake_all(&shared.0);
    other.join().unwrap();
}

fn no_wake_up_is_lost() {
    sync::model(|| {
        let word = Shared::new(AtomicU32::new(VALUE));
        let theirs = word.clone();
        let other =
            thread::spawn(move || assert!(wait_until(&Modelled::new(), &theirs, VALUE, None)));
        // Relaxed: nothing is handed over.
        word.store(OTHER, Relaxed);
        futex::wake_all(&word);
        other.join().unwrap();
    });
}

fn ends() {
    sync::model(|| {
        let word = AtomicU32::new(VALUE);
        let system = Modelled::new();
        let changed = wait_until(&system, &word, VALUE, Some(system.start + SECOND));
        assert!(!changed, "nobody has changed the word, but the wait returns true");
        assert!(system.passed.get() >= SECOND, "the wait has ended before the deadline");
    });
}

fn hand_over() {
    sync::model(|| hand_over_within(Some(SECOND)));
}

/// Only that it is not too early: how late a machine may be, nobody knows.
fn machine() {
    let word = AtomicU32::new(VALUE);
    for timeout in [1, 7, 20].map(Duration::from_millis) {
        let start = Instant::now();
        assert!(
            !wait_for(&Machine, &word, VALUE, timeout),
            "`wait_for` returns true, but the word is the same"
        );
        let passed = start.elapsed();
        assert!(
            passed >= timeout,
            "the wait was to last {timeout:?}, but has ended after {passed:?}"
        );
    }
}
