//! What `ch02_atomics/stop_flag` must do.

use super::subject::Worker;
use super::sync::{
    self, Turn,
    atomic::{
        AtomicBool,
        Ordering::{Acquire, Relaxed, Release},
    },
    catch_panic,
    cell::Probe,
    hint, panic_quietly, thread,
};
use grader::{Check, impls};
use std::any::Any;
use std::sync::Arc;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("worker_can_be_shared_and_sent_between_threads", is_shared_and_sent),
    Check::model("steps_go_on_until_the_worker_is_told_to_stop", goes_on),
    Check::counted("flag_is_one_of_the_atomics_of_sync", uses_sync),
    Check::model("stop_returns_the_state_as_the_last_step_left_it", hands_over),
    Check::model("stop_is_heard_however_early_it_comes", early_stop),
    Check::model("worker_may_be_told_to_stop_more_than_once", told_again),
    Check::model("request_stop_does_not_wait_for_the_step", request_does_not_wait),
    Check::model("step_that_knows_of_the_request_is_among_the_last", no_steps_after_the_request),
    Check::model("dropped_worker_stops", dropped),
    Check::model("drop_does_not_wait_for_the_step", drop_does_not_wait),
    Check::model("panic_of_a_step_reaches_who_stops_the_worker", panic_is_passed_on),
    Check::model("two_workers_know_nothing_of_each_other", two_workers),
];

fn is_shared_and_sent() {
    assert!(
        impls!(Worker<u8>: Sync),
        "a worker is not `Sync`: only one thread could tell it to stop"
    );
    assert!(impls!(Worker<u8>: Send), "a worker is not `Send`");
}

fn uses_sync() {
    clients::sees_atomics(|| {
        Worker::start((), |()| thread::yield_now()).stop();
    });
}

/// A flag between a check and its steps. Relaxed: it orders nothing, so that nothing is in order because of it.
#[derive(Clone, Default)]
struct Flag(Arc<AtomicBool>);

impl Flag {
    fn set(&self) {
        self.0.store(true, Relaxed);
    }

    fn wait(&self) {
        while !self.0.load(Relaxed) {
            thread::yield_now();
        }
    }

    fn is_set(&self) -> bool {
        self.0.load(Relaxed)
    }
}

/// More than a worker that ends by itself would take.
const STEPS: u32 = 40;

fn goes_on() {
    sync::model(|| steps_until_told(STEPS));
    // Many more, in few executions: in the first one the main thread already waits for the last step.
    sync::Model::new().faults(0).executions(20).check(|| steps_until_told(5 * STEPS));
}

fn steps_until_told(number: u32) {
    let last = Flag::default();
    let worker = Worker::start(0, {
        let last = last.clone();
        move |steps| {
            *steps += 1;
            if *steps == number {
                last.set();
            }
            thread::yield_now();
        }
    });
    last.wait();
    assert!(
        worker.stop() >= number,
        "{number} steps were done, but the state does not know of the last one"
    );
}

fn hands_over() {
    sync::model(|| {
        let done = Flag::default();
        let worker = Worker::start(Some(Probe::new(0)), {
            let done = done.clone();
            move |state| {
                if !done.is_set() {
                    state.as_mut().unwrap().add(1);
                    done.set();
                }
                thread::yield_now();
            }
        });
        done.wait();
        let state = worker.stop().expect("a step never takes the state away");
        assert_eq!(state.get(), 1, "the state is not as the last step left it");
    });
}

fn early_stop() {
    sync::model(|| {
        Worker::start((), |()| thread::yield_now()).stop();
    });
}

fn told_again() {
    sync::model(|| {
        // Requests that are counted may come to nothing again at 4.
        for times in [1, 2, 3, 4] {
            let worker = Worker::start((), |()| thread::yield_now());
            for _ in 0..times {
                worker.request_stop();
            }
            worker.stop();
        }
    });
}

/// A worker in a step that lasts until the second flag is set; it has begun.
fn busy_worker() -> (Worker<()>, Flag) {
    let (begun, released) = (Flag::default(), Flag::default());
    let worker = Worker::start((), {
        let (begun, released) = (begun.clone(), released.clone());
        move |()| {
            if !begun.is_set() {
                begun.set();
            }
            released.wait();
            thread::yield_now();
        }
    });
    begun.wait();
    (worker, released)
}

fn request_does_not_wait() {
    sync::model(|| {
        let (worker, released) = busy_worker();
        worker.request_stop();
        released.set();
        worker.stop();
    });
}

/// A step lasts until it knows of the request. The worker may have looked before that step, and so may do one more.
fn no_steps_after_the_request() {
    sync::model(|| {
        let requested = Arc::new(AtomicBool::new(false));
        let theirs = requested.clone();
        let worker = Worker::start(0, move |late| {
            if *late == 0 {
                // Acquire: pairs with the Release below. From here on the thread knows that it has been told.
                while !theirs.load(Acquire) {
                    thread::yield_now();
                }
            }
            *late += 1;
        });
        worker.request_stop();
        // Release: pairs with the Acquire above.
        requested.store(true, Release);
        let steps = worker.stop();
        assert!(
            steps <= 2,
            "steps that ended after the request: {steps}. The first of them knew of it, and so did all that came after. The thread must look \
             before each step"
        );
    });
}

fn dropped() {
    // Its thread drops the state.
    sync::model(|| drop(Worker::start(Box::new(1), |_| thread::yield_now())));
    // By a panic of its owner.
    sync::model(|| {
        drop(catch_panic(|| {
            let _worker = Worker::start((), |()| thread::yield_now());
            panic_quietly(7_u32);
        }));
    });
}

fn drop_does_not_wait() {
    sync::model(|| {
        let (worker, released) = busy_worker();
        drop(worker);
        released.set();
    });
    // By a panic of its owner.
    sync::model(|| {
        let (worker, released) = busy_worker();
        drop(catch_panic(move || {
            let _worker = worker;
            panic_quietly(7_u32);
        }));
        released.set();
    });
}

fn two_workers() {
    sync::model(|| {
        let (asked, answered) = (Flag::default(), Flag::default());
        let first = Worker::start((), |()| thread::yield_now());
        let second = Worker::start((), {
            let (asked, answered) = (asked.clone(), answered.clone());
            move |()| {
                if asked.is_set() && !answered.is_set() {
                    answered.set();
                }
                thread::yield_now();
            }
        });
        first.stop();
        // Only a worker that goes on after the other one has ended can answer.
        asked.set();
        answered.wait();
        second.stop();
    });
}

/// What a call that must panic did when it returned.
struct Returned;

/// A worker whose step panics, and a flag that says that it has begun.
fn panicking_worker() -> (Worker<()>, Arc<AtomicBool>) {
    let (begun, never) = (Arc::new(AtomicBool::new(false)), AtomicBool::new(false));
    let theirs = begun.clone();
    let worker = Worker::start((), move |()| {
        // Relaxed, here and below: the step has begun, and nothing else is told.
        if theirs.swap(true, Relaxed) {
            // Once more: see `only_the_main_thread_waits`.
            while !never.load(Relaxed) {
                hint::spin_loop();
            }
        }
        panic_quietly(7_u32);
    });
    (worker, begun)
}

/// Objects to a step that is called after it has panicked, and to a `stop` that never returns.
fn only_the_main_thread_waits(turn: &Turn) -> Result<(), String> {
    match turn.thread {
        0 => Ok(()),
        1 => Err("a step has panicked and is called again: the panic is caught, and whoever stops the worker never hears of it".into()),
        _ => Err("a step has panicked, and `stop` never returns: it waits for something that the thread would do only at the end of its loop".into()),
    }
}

/// Takes a worker to another thread, whatever its type says; a fact says so.
struct Sent<T>(T);

// SAFETY: for checks only; the model watches every access to the data.
unsafe impl<T> Send for Sent<T> {}

impl<T> Sent<T> {
    /// A method, so that closures capture the whole.
    fn get(self) -> T {
        self.0
    }
}

/// What comes of a `stop`, on a thread of its own: who waits there waits in `stop`.
fn stop_elsewhere(worker: Worker<()>) -> Box<dyn Any + Send> {
    let worker = Sent(worker);
    let other = thread::spawn(move || {
        catch_panic(|| {
            worker.get().stop();
            panic_quietly(Returned);
        })
    });
    other.join().unwrap()
}

fn panic_is_passed_on() {
    let model = || sync::Model::new().waits(only_the_main_thread_waits);
    model().check(|| {
        let (worker, _) = panicking_worker();
        // If the worker is told to stop before its first step, that step may never come.
        let payload = stop_elsewhere(worker);
        assert!(
            payload.is::<u32>() || payload.is::<Returned>(),
            "a step has panicked, but whoever stops the worker gets a different panic: what the step had to say is lost. `join` returns \
             the payload of the step's panic; `resume_unwind` goes on with it"
        );
    });
    model().check(|| {
        let (worker, begun) = panicking_worker();
        while !begun.load(Relaxed) {
            thread::yield_now();
        }
        let payload = stop_elsewhere(worker);
        assert!(
            !payload.is::<Returned>(),
            "a step has panicked, yet `stop` returns a state: the caller takes it for the state after the last step"
        );
    });
}
