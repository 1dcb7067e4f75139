//! What every condition variable must do: for the checks of all stages.

use super::parts::{Mutex, MutexGuard};
use super::subject::Condvar;
use super::sync::{self, atomic::AtomicU32, cell::Probe, thread};
use grader::{OnDrop, Shared, impls};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

/// A number in a mutex, and a condition variable to wait for its change.
pub type Place = (Mutex<Probe>, Condvar);

/// A place that all threads reach, with the number 0.
pub fn place() -> Shared<Place> {
    Shared::new((Mutex::new(Probe::new(0)), Condvar::new()))
}

/// Waits with `wait` until the number is at least `number`.
pub fn wait_for(place: &Place, number: u32) -> MutexGuard<'_, Probe> {
    let mut guard = place.0.lock();
    while guard.get() < number {
        guard = place.1.wait(guard);
    }
    guard
}

/// A thread that waits until the number is at least `number`.
pub fn waiter(place: &Shared<Place>, number: u32) -> thread::JoinHandle<()> {
    let place = place.clone();
    thread::spawn(move || drop(wait_for(&place, number)))
}

/// A model in which nothing returns for no reason: that is tried with two threads.
fn three_threads(f: impl Fn() + Send + Sync + 'static) {
    sync::Model::new().faults(0).check(f);
}

pub fn is_send_and_sync() {
    assert!(impls!(Condvar: Send), "`Condvar` is not `Send`");
    assert!(
        impls!(Condvar: Sync),
        "`Condvar` is not `Sync`: the thread that waits and the one that notifies could not both reach it"
    );
}

pub fn uses_sync() {
    clients::sees_atomics(|| {
        let condvar = Condvar::new();
        condvar.notify_one();
        condvar.notify_all();
    });
}

pub fn lets_others_in() {
    sync::model(|| {
        let place = place();
        let mut guard = place.0.lock();
        let theirs = place.clone();
        let other = thread::spawn(move || {
            theirs.0.lock().set(1);
            theirs.1.notify_one();
        });
        while guard.get() == 0 {
            guard = place.1.wait(guard);
        }
        drop(guard);
        other.join().unwrap();
    });
}

pub fn wakes_who_saw_the_old_data() {
    sync::model(|| {
        let place = place();
        let other = waiter(&place, 1);
        place.0.lock().set(1);
        place.1.notify_one();
        other.join().unwrap();
    });
    // A destructor that runs while its thread unwinds has the same to tell.
    let notifiers: [fn(&Condvar); 2] = [Condvar::notify_one, Condvar::notify_all];
    for notify in notifiers {
        three_threads(move || {
            let place = place();
            let other = waiter(&place, 1);
            sync::expect_panic(|| {
                let _tells = OnDrop::new(|| {
                    place.0.lock().set(1);
                    notify(&place.1);
                });
                panic!("on purpose, with a value whose destructor notifies");
            });
            other.join().unwrap();
        });
    }
}

pub fn wakes_with_the_mutex_locked() {
    sync::model(|| {
        let place = place();
        let other = waiter(&place, 1);
        let mut guard = place.0.lock();
        guard.set(1);
        place.1.notify_one();
        drop(guard);
        other.join().unwrap();
    });
}

pub fn wakes_all() {
    three_threads(|| {
        let place = place();
        let others = [waiter(&place, 1), waiter(&place, 1)];
        place.0.lock().set(1);
        place.1.notify_all();
        for other in others {
            other.join().unwrap();
        }
    });
}

/// Whoever wakes two, or four, has not woken all. The search begins with the execution in which all sleep when the last thread
/// ends, and few more are worth their time.
pub fn wakes_all_five() {
    sync::Model::new().faults(0).executions(100).check(|| {
        let place = place();
        let others = [(); 5].map(|()| waiter(&place, 1));
        thread::spawn(|| ()).join().unwrap();
        place.0.lock().set(1);
        place.1.notify_all();
        for other in others {
            other.join().unwrap();
        }
    });
}

/// As above, one after the other.
pub fn wakes_five_one_by_one() {
    sync::Model::new().faults(0).executions(100).check(|| {
        let shared = Shared::new((place(), AtomicU32::new(0)));
        let main = thread::current();
        let waiters = [(); 5].map(|()| {
            let (shared, main) = (shared.clone(), main.clone());
            thread::spawn(move || {
                let (place, taken) = &*shared;
                let mut guard = wait_for(place, 1);
                let left = guard.get() - 1;
                guard.set(left);
                drop(guard);
                // Relaxed, here and below: it only says how many are awake.
                taken.fetch_add(1, Relaxed);
                main.unpark();
            })
        });
        thread::spawn(|| ()).join().unwrap();
        let (place, taken) = &*shared;
        for awake in 1..=5 {
            place.0.lock().add(1);
            place.1.notify_one();
            while taken.load(Relaxed) < awake {
                thread::park();
            }
        }
        for waiter in waiters {
            waiter.join().unwrap();
        }
    });
}

pub fn wakes_one_each_time() {
    three_threads(|| {
        let place = place();
        let others = [(); 2].map(|()| {
            let place = place.clone();
            thread::spawn(move || {
                let mut guard = wait_for(&place, 1);
                let left = guard.get() - 1;
                guard.set(left);
            })
        });
        for _ in 0..2 {
            place.0.lock().add(1);
            place.1.notify_one();
        }
        for other in others {
            other.join().unwrap();
        }
    });
}

/// Many enough for a counter of two bits to be back where it was.
const NOTIFICATIONS: [u32; 2] = [2, 4];

pub fn notifications_do_not_cancel() {
    for times in NOTIFICATIONS {
        sync::model(move || {
            let place = place();
            let other = waiter(&place, 1);
            place.0.lock().set(1);
            for _ in 0..times {
                place.1.notify_all();
            }
            other.join().unwrap();
        });
    }
}

pub fn second_waiter_takes_nothing_back() {
    three_threads(|| {
        let place = place();
        let last = waiter(&place, 2);
        let theirs = place.clone();
        let first = thread::spawn(move || {
            wait_for(&theirs, 1).set(2);
            theirs.1.notify_all();
        });
        place.0.lock().set(1);
        place.1.notify_all();
        first.join().unwrap();
        last.join().unwrap();
    });
}

/// A notifier that is slow, and another one that notifies meanwhile, and once more when the waiter is there again. A notifier may look
/// for waiters first, so there is one from the beginning.
pub fn two_notifiers() {
    three_threads(|| {
        let place = place();
        let theirs = place.clone();
        let stray = thread::spawn(move || theirs.1.notify_one());
        let theirs = place.clone();
        let other = thread::spawn(move || {
            drop(wait_for(&theirs, 1));
            drop(wait_for(&theirs, 2));
        });
        for number in [1, 2] {
            place.0.lock().set(number);
            place.1.notify_one();
        }
        other.join().unwrap();
        stray.join().unwrap();
    });
}

pub fn two_condvars() {
    three_threads(|| {
        let shared = Shared::new((Mutex::new(Probe::new(0)), [Condvar::new(), Condvar::new()]));
        let others = [(0, 1), (1, 2)].map(|(which, number)| {
            let shared = shared.clone();
            thread::spawn(move || {
                let (mutex, condvars) = &*shared;
                let mut guard = mutex.lock();
                while guard.get() < number {
                    guard = condvars[which].wait(guard);
                }
            })
        });
        for ((number, condvar), other) in (1..).zip(&shared.1).zip(others) {
            shared.0.lock().set(number);
            condvar.notify_one();
            other.join().unwrap();
        }
    });
}

/// One after the other: nobody waits with the first mutex any more when somebody waits with the second.
pub fn another_mutex() {
    three_threads(|| {
        let shared = Shared::new(([(); 2].map(|()| Mutex::new(Probe::new(0))), Condvar::new()));
        let (mutexes, condvar) = &*shared;
        for (which, mutex) in mutexes.iter().enumerate() {
            let theirs = shared.clone();
            let other = thread::spawn(move || {
                let (mutexes, condvar) = &*theirs;
                let mut guard = mutexes[which].lock();
                while guard.get() == 0 {
                    guard = condvar.wait(guard);
                }
            });
            mutex.lock().set(1);
            condvar.notify_one();
            other.join().unwrap();
            time_out(mutex, condvar);
        }
    });
}

pub fn wait_locks_again() {
    sync::model(|| {
        let place = place();
        let theirs = place.clone();
        let other = thread::spawn(move || wait_for(&theirs, 1).add(1));
        place.0.lock().set(1);
        place.1.notify_one();
        place.0.lock().add(1);
        other.join().unwrap();
        assert_eq!(place.0.lock().get(), 3, "a change of the data is lost");
    });
}

pub fn wait_while_looks_each_time() {
    sync::model(|| {
        let place = place();
        let theirs = place.clone();
        let other = thread::spawn(move || {
            let (mutex, condvar) = &*theirs;
            let guard = condvar.wait_while(mutex.lock(), |number| number.get() < 2);
            assert_eq!(guard.get(), 2, "`wait_while` returned while its condition was true");
        });
        for number in 1..=2 {
            place.0.lock().set(number);
            place.1.notify_one();
        }
        other.join().unwrap();
    }); // However often it is woken for nothing.
    sync::Model::new().faults(PATIENCE).check(|| {
        let place = place();
        let theirs = place.clone();
        let other = thread::spawn(move || {
            let (mutex, condvar) = &*theirs;
            let guard = condvar.wait_while(mutex.lock(), |number| number.get() == 0);
            assert_eq!(
                guard.get(),
                1,
                "`wait_while` returned while its condition was true: it gives up when it has been woken for nothing some times"
            );
        });
        place.0.lock().set(1);
        place.1.notify_one();
        other.join().unwrap();
    });
}

/// How often a wait may return for no reason where a thread that gives up is looked for.
const PATIENCE: usize = 8;

pub fn wait_while_looks_first() {
    sync::model(|| {
        let (mutex, condvar) = (Mutex::new(Probe::new(0)), Condvar::new());
        let mut looked = 0;
        let mut guard = condvar.wait_while(mutex.lock(), |number| {
            looked += 1;
            number.add(1);
            false
        });
        assert!(looked > 0, "`wait_while` did not call its condition");
        guard.add(1);
        assert_eq!(guard.get(), looked + 1, "the condition was given other data");
    });
}

pub fn panic_unlocks() {
    sync::model(|| {
        let (mutex, condvar) = (Mutex::new(Probe::new(0)), Condvar::new());
        sync::expect_panic(|| {
            drop(condvar.wait_while(mutex.lock(), |_| panic!("on purpose, in the condition")));
        });
        mutex.lock().add(1);
    });
    sync::model(|| {
        let place = place();
        panic_in_a_later_look(&place);
        place.0.lock().add(1);
    });
}

/// The condition of a `wait_while` is true at first, and panics once the number has changed, after a wait perhaps.
pub fn panic_in_a_later_look(place: &Shared<Place>) {
    let theirs = place.clone();
    let other = thread::spawn(move || {
        theirs.0.lock().set(1);
        theirs.1.notify_one();
    });
    sync::expect_panic(|| {
        let condition = |number: &mut Probe| {
            assert_eq!(number.get(), 0, "on purpose, in the condition");
            true
        };
        drop(place.1.wait_while(place.0.lock(), condition));
    });
    other.join().unwrap();
}

/// More often than `wait` need return for one change of the data, though it may return once for no reason.
const RETURNS: u32 = 8;

/// Waits until the number is not 0.
fn wait_patiently(place: &Place) {
    let mut guard = place.0.lock();
    let mut returned = 0;
    while guard.get() == 0 {
        assert!(
            returned < RETURNS,
            "`wait` has returned {returned} times, but there was only one notification: it does not sleep"
        );
        guard = place.1.wait(guard);
        returned += 1;
    }
}

pub fn waiter_sleeps() {
    static SLEEPS: AtomicBool = AtomicBool::new(false);
    sync::model(|| {
        let place = place();
        place.1.notify_all();
        let theirs = place.clone();
        let other = thread::spawn(move || wait_patiently(&theirs));
        place.0.lock().set(1);
        place.1.notify_one();
        other.join().unwrap();
        SLEEPS.fetch_or(sync::counters().waits > 0, Relaxed);
    });
    assert!(
        SLEEPS.load(Relaxed),
        "`wait` does not sleep: in no execution has it called `futex::wait`"
    );
}

pub fn two_waiters_sleep() {
    three_threads(|| {
        let place = place();
        let others = [(); 2].map(|()| {
            let place = place.clone();
            thread::spawn(move || wait_patiently(&place))
        });
        place.0.lock().set(1);
        place.1.notify_all();
        for other in others {
            other.join().unwrap();
        }
    });
}

/// More often than a wait without time need return before it says that the time is over.
const TURNS: u32 = 8;

/// Waits for no time at all until the condition variable says that it is over.
pub fn time_out(mutex: &Mutex<Probe>, condvar: &Condvar) {
    let mut guard = mutex.lock();
    for _ in 0..TURNS {
        let (again, result) = condvar.wait_timeout(guard, Duration::ZERO);
        guard = again;
        if result.timed_out() {
            guard.add(1);
            return;
        }
    }
    panic!(
        "a `wait_timeout` of no time at all has returned {TURNS} times, and has never said that the time was over"
    )
}

pub fn time_runs_out() {
    sync::model(|| {
        let (mutex, condvar) = (Mutex::new(Probe::new(0)), Condvar::new());
        time_out(&mutex, &condvar);
        assert_eq!(mutex.lock().get(), 1, "a change of the data is lost");
    });
}

/// In a model this never runs out, as long as it is passed on as it is.
const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

pub fn all_time_does_not_run_out() {
    for (name, duration) in [("`Duration::MAX`", Duration::MAX), ("a century", CENTURY)] {
        sync::model(move || {
            let place = place();
            let theirs = place.clone();
            let other = thread::spawn(move || {
                let mut guard = theirs.0.lock();
                while guard.get() == 0 {
                    let (again, result) = theirs.1.wait_timeout(guard, duration);
                    assert!(!result.timed_out(), "`wait_timeout` says that {name} is over");
                    guard = again;
                }
            });
            place.0.lock().set(1);
            place.1.notify_one();
            other.join().unwrap();
        });
    }
}

/// Short: with real threads it may pass.
const MOMENT: Duration = Duration::from_micros(50);

pub fn wait_timeout_locks_again() {
    sync::model(|| {
        let place = place();
        let theirs = place.clone();
        let other = thread::spawn(move || {
            let (mutex, condvar) = &*theirs;
            condvar.wait_timeout(mutex.lock(), MOMENT).0.add(1);
        });
        place.0.lock().add(1);
        place.1.notify_one();
        other.join().unwrap();
        assert_eq!(place.0.lock().get(), 2, "a change of the data is lost");
    });
}

pub fn wait_timeout_is_notified() {
    three_threads(|| {
        let place = place();
        let theirs = place.clone();
        let impatient = thread::spawn(move || drop(theirs.1.wait_timeout(theirs.0.lock(), MOMENT)));
        let patient = waiter(&place, 1);
        place.0.lock().set(1);
        place.1.notify_all();
        patient.join().unwrap();
        impatient.join().unwrap();
    });
}

/// The system calls so far. To be asked when no other thread runs.
pub fn calls() -> usize {
    let seen = sync::counters();
    seen.waits + seen.wakes
}
