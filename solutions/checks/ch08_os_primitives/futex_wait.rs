//! What `ch08_os_primitives/futex_wait` must do.

use super::subject::Gate;
use super::sync::{
    self, Turn,
    atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    cell::{Probe, UnsafeCell},
    hint, thread,
};
use grader::{Check, Shared, impls};

#[path = "clients/futex_wait.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("gate_can_be_shared_and_sent_between_threads", is_shared_and_sent),
    Check::model("new_gate_is_closed", new_is_closed),
    Check::counted("gate_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("open_gate_stays_open", stays_open),
    Check::fact("gate_stays_open_however_often_it_is_opened", opened_very_often),
    Check::model("wait_returns_after_the_gate_was_opened", waits),
    Check::model("all_waiters_are_woken", all_are_woken),
    Check::model("five_waiters_are_woken", five_are_woken),
    Check::model("two_threads_may_open_the_gate", two_openers),
    Check::model("what_came_before_open_happens_before_the_return_of_wait", hand_over),
    Check::model("is_open_tells_of_what_came_before", is_open_acquires),
    Check::model("second_open_hides_nothing_of_the_first", opened_again),
    Check::counted("wait_at_a_closed_gate_sleeps", sleeps),
    Check::counted("wait_at_an_open_gate_makes_no_call", no_call_if_open),
    Check::counted("every_small_program_does_what_a_gate_does", clients::check::<small::Gates>),
];

fn is_shared_and_sent() {
    assert!(impls!(Gate: Sync), "a gate is not `Sync`: no two threads could reach it");
    assert!(impls!(Gate: Send), "a gate is not `Send`");
}

fn uses_sync() {
    clients::sees_atomics(|| {
        let gate = Gate::new();
        gate.open();
        gate.wait();
    });
}

fn new_is_closed() {
    sync::model(|| {
        assert!(!Gate::new().is_open(), "a new gate is open");
        assert!(!Gate::default().is_open(), "the default gate is open");
    });
}

fn stays_open() {
    sync::model(|| {
        let gate = Gate::new();
        gate.open();
        for _ in 0..2 {
            gate.wait();
            assert!(gate.is_open(), "the gate is closed again");
        }
        gate.open();
        assert!(gate.is_open(), "opening an open gate has closed it");
        gate.wait();
    });
}

/// More than a counter of 8 bits, or of 16, can tell apart.
const VERY_OFTEN: usize = 70_000;

fn opened_very_often() {
    let gate = Gate::new();
    for times in 1..=VERY_OFTEN {
        gate.open();
        assert!(gate.is_open(), "the gate was opened {times} times, and is closed");
    }
}

/// A gate, and whether it was opened.
type Opened = Shared<(Gate, AtomicU32)>;

/// Waits. The gate must have been opened by then.
fn pass(shared: &Opened) {
    shared.0.wait();
    // Relaxed: a read-modify-write never misses another, and `open` came after this one.
    let opened = shared.1.fetch_add(0, Relaxed);
    assert_ne!(opened, 0, "`wait` returned although nobody had opened the gate");
    assert!(shared.0.is_open(), "`wait` returned although the gate is closed");
}

/// Opens the gate for so many others.
fn open_for(others: usize) {
    let shared = Shared::new((Gate::new(), AtomicU32::new(0)));
    let others: Vec<_> = (0..others)
        .map(|_| {
            let theirs = shared.clone();
            thread::spawn(move || pass(&theirs))
        })
        .collect();
    // Relaxed: as in `pass`.
    shared.1.fetch_add(1, Relaxed);
    shared.0.open();
    for other in others {
        other.join().unwrap();
    }
}

fn waits() {
    sync::model(|| open_for(1));
}

fn all_are_woken() {
    sync::model(|| open_for(2));
    // Whoever wakes two has not woken all. What returns for no reason is tried with two.
    sync::Model::new().faults(0).check(|| open_for(3));
}

/// Nor has whoever wakes four. The thread that opens is the last: the search begins with the execution in which all others
/// sleep by then, and few more are worth their time.
fn five_are_woken() {
    sync::Model::new().faults(0).executions(100).check(|| {
        let gate = Shared::new(Gate::new());
        let waiters = [(); 5].map(|()| {
            let gate = gate.clone();
            thread::spawn(move || gate.wait())
        });
        let opener = thread::spawn(move || gate.open());
        for thread in waiters.into_iter().chain([opener]) {
            thread.join().unwrap();
        }
    });
}

fn two_openers() {
    sync::model(|| {
        let shared = Shared::new((Gate::new(), AtomicU32::new(0)));
        let others = [shared.clone(), shared.clone()].map(|shared| {
            thread::spawn(move || {
                // Relaxed: as in `pass`.
                shared.1.fetch_add(1, Relaxed);
                shared.0.open();
            })
        });
        pass(&shared);
        for other in others {
            other.join().unwrap();
        }
        assert!(shared.0.is_open(), "two threads have opened the gate, but it is closed");
    });
}

/// Data that is written before the gate is opened and read behind it. The checker watches both.
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
        assert_eq!(seen, 1, "what was written before `open` is not seen behind the gate");
    }
}

fn hand_over() {
    sync::model(|| {
        let shared = Shared::new((Gate::new(), Handed::new()));
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            theirs.0.wait();
            theirs.1.assert_written();
        });
        shared.1.write();
        shared.0.open();
        other.join().unwrap();
    });
}

/// Who has passed opens the gate once more. Whichever of the two it is that lets a third thread through, what came before the first came
/// before both.
fn opened_again() {
    sync::Model::new().faults(0).check(|| {
        let shared = Shared::new((Gate::new(), Handed::new()));
        let again = shared.clone();
        let second = thread::spawn(move || {
            if again.0.is_open() {
                again.0.open();
            }
        });
        let theirs = shared.clone();
        let third = thread::spawn(move || {
            if theirs.0.is_open() {
                theirs.1.assert_written();
            }
        });
        shared.1.write();
        shared.0.open();
        second.join().unwrap();
        third.join().unwrap();
    });
}

fn is_open_acquires() {
    sync::model(|| {
        let shared = Shared::new((Gate::new(), Handed::new()));
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            if theirs.0.is_open() {
                theirs.1.assert_written();
            }
        });
        shared.1.write();
        shared.0.open();
        other.join().unwrap();
    });
}

/// Objects to a thread other than the main one that waits without sleeping.
fn only_the_main_thread(turn: &Turn) -> Result<(), String> {
    if turn.thread == 0 {
        return Ok(());
    }
    Err("`wait` does not sleep: it keeps the processor busy, though nobody opens the gate. It should end up asleep in `futex::wait`, which it calls with the value that the word has then"
        .into())
}

fn sleeps() {
    sleeps_in(sync::Model::new());
    // Nor does it sleep no more because its sleep has ended for no reason very often.
    sleeps_in(sync::Model::new().faults(0).restless(300));
}

fn sleeps_in(model: sync::Model) {
    model.waits(only_the_main_thread).check(|| {
        let shared = Shared::new((Gate::new(), AtomicBool::new(false)));
        let theirs = shared.clone();
        let other = thread::spawn(move || theirs.0.wait());
        // Never: sleepers alone would be a deadlock. Relaxed: there is nothing to learn.
        while !shared.1.load(Relaxed) {
            hint::spin_loop();
        }
        shared.0.open();
        other.join().unwrap();
    });
}

fn no_call_if_open() {
    sync::model(|| {
        let gate = Gate::new();
        gate.open();
        gate.wait();
        assert_eq!(sync::counters().waits, 0, "calls of `futex::wait` at a gate that is open");
    });
}
