//! What `ch03_memory_ordering/weakest_orderings` must do.

use super::subject::Job;
use super::sync::{self, cell::Probe, judge, thread};
use grader::{Check, Shared};

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::model("job_without_a_task_shows_none", no_task),
    Check::counted("job_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("last_worker_gets_all_results_and_no_other_does", one_after_the_other),
    Check::model("what_the_owner_wrote_happens_before_what_a_worker_reads", task),
    Check::model("what_the_others_wrote_happens_before_what_the_last_one_reads", results),
    Check::model("no_look_is_lost", looks),
    Check::counted("no_ordering_could_be_weaker", no_slack),
];

type Two = Job<Probe, 2>;

fn open(job: &Two, number: u32) {
    // SAFETY: each check calls this once.
    unsafe { job.open(|task| task.set(number)) }
}

fn look(job: &Two) -> Option<u32> {
    job.look().map(|task| task.get())
}

fn finish<const N: usize>(job: &Job<Probe, N>, index: usize, number: u32) -> Option<[u32; N]> {
    // SAFETY: each check calls this once for an index.
    let all = unsafe { job.finish(index, |result| result.set(number)) };
    all.map(|results| results.map(|result| result.get()))
}

fn uses_sync() {
    clients::sees_atomics(|| {
        let job = Two::new();
        open(&job, 1);
    });
}

fn no_task() {
    sync::model(|| {
        let job = Two::new();
        assert_eq!(look(&job), None, "there is no task yet");
        assert_eq!(look(&Two::default()), None, "there is no task yet");
        open(&job, 7);
        assert_eq!(look(&job), Some(7), "the task is there");
        assert_eq!(look(&job), Some(7), "the task is still there");
        assert_eq!(job.looks(), 3, "somebody has looked three times");
    });
}

fn one_after_the_other() {
    sync::model(|| {
        let job = Two::new();
        assert_eq!(finish(&job, 1, 11), None, "one of two workers has finished");
        assert_eq!(finish(&job, 0, 10), Some([10, 11]), "both workers have finished");
        assert_eq!(finish(&Job::new(), 0, 10), Some([10]), "the only worker has finished");
        let job = Job::new();
        assert_eq!(finish(&job, 2, 12), None, "one of three workers has finished");
        assert_eq!(finish(&job, 0, 10), None, "two of three workers have finished");
        assert_eq!(finish(&job, 1, 11), Some([10, 11, 12]), "all three workers have finished");
    });
}

fn task() {
    sync::model(|| {
        let job = Shared::new(Two::new());
        let theirs = job.clone();
        let worker = thread::spawn(move || look(&theirs));
        open(&job, 7);
        let found = worker.join().unwrap();
        assert!(matches!(found, None | Some(7)), "the task is 7; a worker found {found:?}");
    });
}

fn results() {
    sync::model(|| {
        let job = Shared::new(Two::new());
        let theirs = job.clone();
        let other = thread::spawn(move || finish(&theirs, 1, 11));
        let mine = finish(&job, 0, 10);
        let found = [mine, other.join().unwrap()];
        assert!(
            matches!(found, [Some([10, 11]), None] | [None, Some([10, 11])]),
            "the results are 10 and 11, and one of two workers is the last; they were given {found:?}"
        );
    });
}

fn looks() {
    sync::model(|| {
        let job = Shared::new(Two::new());
        let theirs = job.clone();
        let worker = thread::spawn(move || look(&theirs));
        look(&job);
        worker.join().unwrap();
        assert_eq!(job.looks(), 2, "two threads have looked");
    });
}

/// All of the above in one program: whatever ordering the job needs, it needs it here.
fn everything() {
    let job = Shared::new(Two::new());
    let theirs = job.clone();
    let worker = thread::spawn(move || {
        let task = look(&theirs);
        (task, finish(&theirs, 1, 11))
    });
    open(&job, 7);
    let mine = finish(&job, 0, 10);
    let (task, other) = worker.join().unwrap();
    assert!(matches!(task, None | Some(7)) && job.looks() == 1);
    assert!(matches!([mine, other], [Some([10, 11]), None] | [None, Some([10, 11])]));
}

fn no_slack() {
    let slack = judge::slack(everything);
    let list: String = slack.iter().map(|slack| format!("\n    {slack}")).collect();
    assert!(
        slack.is_empty(),
        "an ordering could be weaker, and all executions would still be right:{list}\n  Ask of each: with which operation does \
         it pair, and what goes wrong without it?"
    );
}
