//! What `ch08_os_primitives/parker` must do.

use super::subject::Parker;
use super::sync::{
    self, Turn,
    atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    cell::{Probe, UnsafeCell},
    hint, thread,
};
use grader::{Check, Shared, impls};

#[path = "clients/parker.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("parker_can_be_shared_and_sent_between_threads", is_shared_and_sent),
    Check::model("park_returns_at_once_if_there_is_a_token", token_first),
    Check::counted("parker_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("park_waits_for_a_token", park_waits),
    Check::model("two_unparks_leave_one_token", one_token),
    Check::model("no_token_is_lost", no_token_is_lost),
    Check::model("what_came_before_unpark_happens_before_the_return_of_park", hand_over),
    Check::model("two_threads_may_unpark_at_once", two_unparkers),
    Check::model("default_parker_has_no_token", default_is_empty),
    // Not with real threads: where `unpark` is done with nothing that orders it before `park`, only the checker knows.
    Check::counted("unpark_publishes_even_if_there_is_a_token", publishes_beside_a_token),
    Check::counted("park_without_a_token_sleeps", sleeps),
    Check::counted("token_that_is_there_costs_no_call", no_call_with_a_token),
    Check::counted("unpark_makes_no_call_if_nobody_is_parked", no_call_without_a_sleeper),
    Check::counted("every_small_program_does_what_a_parker_does", clients::check::<small::Parkers>),
];

fn is_shared_and_sent() {
    assert!(impls!(Parker: Sync), "a parker is not `Sync`: nobody could unpark its owner");
    assert!(
        impls!(Parker: Send),
        "a parker is not `Send`: it could not be made for another thread"
    );
}

fn uses_sync() {
    clients::sees_atomics(|| {
        let parker = Parker::new();
        parker.unpark();
        parker.park();
    });
}

fn token_first() {
    sync::model(|| {
        let parker = Parker::new();
        for _ in 0..3 {
            parker.unpark();
            parker.park();
        }
    });
}

/// A parker, and how many tokens have been given.
type Given = Shared<(Parker, AtomicU32)>;

/// Counts a token, and gives it.
fn give(shared: &Given) {
    // Relaxed: a read-modify-write never misses another, and nothing else is handed over.
    shared.1.fetch_add(1, Relaxed);
    shared.0.unpark();
}

/// Parks. At least `least` tokens must have been given by then.
fn take(shared: &Given, least: u32) {
    shared.0.park();
    // Relaxed: as in `give`. `unpark` came after its count.
    let given = shared.1.fetch_add(0, Relaxed);
    assert!(given >= least, "{}", without_a_token(least, given));
}

/// What to say of a `park` that had no reason to return.
fn without_a_token(returned: u32, given: u32) -> String {
    let times = if returned == 1 { "once".into() } else { format!("{returned} times") };
    let tokens = match given {
        0 => "no token has".into(),
        1 => "one token has".into(),
        _ => format!("{given} tokens have"),
    };
    format!("`park` has returned {times}, but {tokens} been given")
}

/// Another thread gives one token, and this one takes it.
fn take_one(parker: Parker) {
    let shared = Shared::new((parker, AtomicU32::new(0)));
    let theirs = shared.clone();
    let other = thread::spawn(move || give(&theirs));
    take(&shared, 1);
    other.join().unwrap();
}

fn park_waits() {
    sync::model(|| take_one(Parker::new()));
}

fn default_is_empty() {
    sync::model(|| take_one(Parker::default()));
}

fn one_token() {
    sync::model(|| {
        let shared = Shared::new((Parker::new(), AtomicU32::new(0)));
        let (parker, _) = &*shared;
        // Two tokens that are one.
        parker.unpark();
        parker.unpark();
        parker.park();
        let theirs = shared.clone();
        let other = thread::spawn(move || give(&theirs));
        take(&shared, 1);
        other.join().unwrap();
    });
}

/// The second token is given when the first has been taken.
fn no_token_is_lost() {
    sync::model(|| {
        let shared = Shared::new((Parker::new(), AtomicU32::new(0), AtomicU32::new(0)));
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            let (parker, given, taken) = &*theirs;
            for token in 0..2 {
                // Relaxed: only the number matters.
                while taken.load(Relaxed) < token {
                    thread::yield_now();
                }
                given.fetch_add(1, Relaxed);
                parker.unpark();
            }
        });
        let (parker, given, taken) = &*shared;
        for token in 0..2 {
            parker.park();
            // Relaxed: a read-modify-write never misses another.
            let given = given.fetch_add(0, Relaxed);
            assert!(given > token, "{}", without_a_token(token + 1, given));
            taken.fetch_add(1, Relaxed);
        }
        other.join().unwrap();
    });
}

/// Data that is written before a token is given and read when it has been taken. The checker watches both.
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
        assert_eq!(seen, 1, "what was written before `unpark` is not seen after `park`");
    }
}

fn hand_over() {
    sync::model(|| {
        let shared = Shared::new((Parker::new(), Handed::new()));
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            theirs.1.write();
            theirs.0.unpark();
        });
        shared.0.park();
        shared.1.assert_written();
        other.join().unwrap();
    });
}

/// How `park` is used: look, park, and look again.
fn two_unparkers() {
    sync::model(|| {
        let shared = Shared::new((Parker::new(), AtomicU32::new(0)));
        let others =
            [shared.clone(), shared.clone()].map(|theirs| thread::spawn(move || give(&theirs)));
        // Relaxed: a read-modify-write never misses another.
        while shared.1.fetch_add(0, Relaxed) < 2 {
            shared.0.park();
        }
        for other in others {
            other.join().unwrap();
        }
    });
}

fn publishes_beside_a_token() {
    sync::model(|| {
        let shared = Shared::new((Parker::new(), Handed::new(), AtomicU32::new(0)));
        let (parker, handed, done) = &*shared;
        parker.unpark();
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            theirs.1.write();
            theirs.0.unpark();
            // Relaxed: says that `unpark` is done, and hands nothing over. That is for `park` to do.
            theirs.2.store(1, Relaxed);
        });
        while done.load(Relaxed) == 0 {
            hint::spin_loop();
        }
        parker.park();
        handed.assert_written();
        other.join().unwrap();
    });
}

/// Objects to a thread other than the main one that waits without sleeping.
fn only_the_main_thread(turn: &Turn) -> Result<(), String> {
    if turn.thread == 0 {
        return Ok(());
    }
    Err("`park` does not sleep: it keeps the processor busy, though nobody unparks it. It should end up asleep in `futex::wait`, which it calls with the value that the word has then"
        .into())
}

fn sleeps() {
    sleeps_in(sync::Model::new());
    // Nor does it sleep no more because its sleep has ended for no reason very often.
    sleeps_in(sync::Model::new().faults(0).restless(300));
}

fn sleeps_in(model: sync::Model) {
    model.waits(only_the_main_thread).check(|| {
        let shared = Shared::new((Parker::new(), AtomicBool::new(false)));
        let theirs = shared.clone();
        let other = thread::spawn(move || theirs.0.park());
        // Never: sleepers alone would be a deadlock. Relaxed: there is nothing to learn.
        while !shared.1.load(Relaxed) {
            hint::spin_loop();
        }
        shared.0.unpark();
        other.join().unwrap();
    });
}

fn no_call_with_a_token() {
    sync::model(|| {
        let parker = Parker::new();
        parker.unpark();
        parker.park();
        let waits = sync::counters().waits;
        assert_eq!(waits, 0, "calls of `futex::wait` by a `park` that has its token already");
    });
}

fn no_call_without_a_sleeper() {
    sync::model(|| {
        let parker = Shared::new(Parker::new());
        parker.unpark();
        parker.unpark();
        parker.park();
        assert_eq!(sync::counters().wakes, 0, "calls that wake although nobody has parked yet");
        let theirs = parker.clone();
        let other = thread::spawn(move || theirs.unpark());
        parker.park();
        other.join().unwrap();
        let before = sync::counters().wakes;
        assert!(before <= 1, "{before} calls to wake one thread");
        // The owner is back from `park`.
        parker.unpark();
        assert_eq!(
            sync::counters().wakes,
            before,
            "`unpark` wakes although the owner has long been awake"
        );
    });
}
