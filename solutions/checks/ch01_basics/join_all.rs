//! What `ch01_basics/join_all` must do.

use super::subject::join_all;
use super::sync::{
    self,
    atomic::{AtomicUsize, Ordering::Relaxed},
    catch_panic,
    cell::Probe,
    hint, panic_quietly,
};
use grader::Check;
use std::sync::Arc;
use std::thread::Result;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::model("no_jobs_have_no_results", no_jobs),
    Check::model("all_jobs_run_at_the_same_time", at_the_same_time),
    Check::model("results_are_in_the_order_of_the_jobs", in_order),
    Check::model("panic_of_a_job_is_its_result_and_no_other_result_is_lost", panic_is_a_result),
    Check::model("result_carries_the_payload_of_the_panic", payload_is_kept),
    Check::model("what_a_job_did_happens_before_the_use_of_its_result", result_is_ordered),
];

type Job<T> = Box<dyn FnOnce() -> T + Send>;

fn no_jobs() {
    sync::model(|| {
        let results = join_all(Vec::<Job<u32>>::new());
        assert!(results.is_empty(), "there are results, but there was no job");
    });
}

/// `ok 3` or `panic`.
fn shown(results: &[Result<u32>]) -> Vec<String> {
    let show = |result: &Result<u32>| match result {
        Ok(value) => format!("ok {value}"),
        Err(_) => "panic".to_owned(),
    };
    results.iter().map(show).collect()
}

/// A job that returns `value`, and that ends only after `begun` jobs have begun.
fn job(value: u32, begun: usize, count: &Arc<AtomicUsize>) -> Job<u32> {
    let count = count.clone();
    Box::new(move || {
        // Relaxed: it is only counted.
        count.fetch_add(1, Relaxed);
        while count.load(Relaxed) < begun {
            hint::spin_loop();
        }
        value
    })
}

/// As many threads as a model may have beside its own.
const MANY: usize = 7;

/// None of them ends before all have begun.
fn many_jobs() -> Vec<Job<u32>> {
    let count = Arc::new(AtomicUsize::new(0));
    (0..MANY).map(|_| job(0, MANY, &count)).collect()
}

fn at_the_same_time() {
    let model = sync::Model::new().waits(|_| {
        Err("a job has begun and waits until the other has begun. It never does: it is only started when the first one has \
             ended. Start all threads before you wait for any of them; and remember that an iterator does nothing until it is \
             asked for the next item"
            .into())
    });
    model.check(|| {
        let count = Arc::new(AtomicUsize::new(0));
        let results = join_all(vec![job(1, 2, &count), job(2, 2, &count)]);
        assert_eq!(results.len(), 2, "there were two jobs");
    });
    // The first execution tells: seven threads that meet at a lock have more than anybody can wait for.
    let model = sync::Model::new().executions(4_000).waits(|_| {
        Err("seven jobs wait until all of them have begun, and one is never started: not all jobs run at the same time".into())
    });
    model.check(|| {
        assert_eq!(join_all(many_jobs()).len(), MANY, "there were seven jobs");
    });
}

fn in_order() {
    sync::model(|| {
        let count = Arc::new(AtomicUsize::new(0));
        // The first job waits for the second one, so the second may well end first.
        let results = join_all(vec![job(1, 2, &count), job(2, 0, &count)]);
        assert_eq!(
            shown(&results),
            ["ok 1", "ok 2"],
            "the first job returns 1, the second one 2, and the results must be in the order of the jobs, whichever ends first"
        );
    });
}

/// What a call did when it returned.
struct Returned;

/// The results of jobs some of which panic.
fn must_return(jobs: Vec<Job<u32>>) -> Vec<Result<u32>> {
    let mut results = None;
    let payload = catch_panic(|| {
        results = Some(join_all(jobs));
        panic_quietly(Returned);
    });
    if !payload.is::<Returned>() {
        let words = payload.downcast_ref::<String>().map(String::as_str);
        let words =
            words.or(payload.downcast_ref::<&str>().copied()).unwrap_or("the job's own panic");
        panic!(
            "a job has panicked, and so does `join_all` ({words}): it must return, with the job's panic as the result of that job"
        );
    }
    results.expect("the call has returned")
}

fn panic_is_a_result() {
    sync::model(|| {
        let results = must_return(vec![
            Box::new(|| 1_u32),
            Box::new(|| panic_quietly("on purpose")),
            Box::new(|| 3),
        ]);
        assert_eq!(
            shown(&results),
            ["ok 1", "panic", "ok 3"],
            "the second of three jobs has panicked: that is its result, and the others' results are still there, in their places"
        );
    });
    sync::Model::new().executions(4_000).check(|| {
        let panics = || Box::new(|| -> u32 { panic_quietly("on purpose") }) as Job<u32>;
        let results = must_return(vec![panics(), panics(), panics(), Box::new(|| 4)]);
        assert_eq!(
            shown(&results),
            ["panic", "panic", "panic", "ok 4"],
            "the first three of four jobs have panicked: those are their results, and the last one's is still there"
        );
        let results = must_return(vec![Box::new(|| 1), panics()]);
        assert_eq!(
            shown(&results),
            ["ok 1", "panic"],
            "the second of two jobs has panicked: that is its result, and the first one's is still there"
        );
    });
}

fn payload_is_kept() {
    sync::model(|| {
        let results = must_return(vec![Box::new(|| panic_quietly(7_u64))]);
        let payload = results.into_iter().next().expect("there was a job").err();
        let payload = payload.expect("the job has panicked, but its result is `Ok`");
        assert!(
            payload.is::<u64>(),
            "the job has panicked with a value, but its result holds a different one: what the job had to say is lost"
        );
    });
}

fn result_is_ordered() {
    sync::model(|| {
        let job = |value| {
            move || {
                let mut probe = Box::new(Probe::new(0));
                probe.set(value);
                probe
            }
        };
        for (result, expected) in join_all(vec![job(1), job(2)]).into_iter().zip(1..) {
            assert_eq!(result.expect("no job has panicked").get(), expected);
        }
    });
}
