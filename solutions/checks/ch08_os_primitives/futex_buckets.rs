//! What `ch08_os_primitives/futex_buckets` must do.

use super::subject::Buckets;
use super::sync::{
    self, Turn,
    atomic::{
        AtomicU32,
        Ordering::{AcqRel, Relaxed},
    },
    hint, thread,
};
use grader::{Check, Shared, impls};
use std::ops::RangeInclusive;
use std::sync::atomic::AtomicBool as Flag;

#[path = "clients/futex_buckets.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("table_can_be_shared_and_sent_between_threads", is_shared_and_sent),
    Check::model("wait_returns_at_once_if_the_word_is_another", differs),
    Check::model("wake_finds_nobody_where_nobody_sleeps", nobody),
    Check::model("wait_lasts_until_a_wake_up", lasts),
    Check::model("no_wake_up_is_lost", no_wake_up_is_lost),
    Check::model("wake_up_is_for_one_word", one_word),
    // Not with real threads: that they sleep in this order cannot be seen to.
    Check::counted("who_sleeps_longest_is_woken_first", first_in_first_out),
    Check::counted("all_are_woken", all_are_woken),
    Check::counted("crowded_queue_stays_in_order", crowded_queue_stays_in_order),
    Check::counted("who_sleeps_on_another_word_is_passed_over", passed_over),
    Check::counted("wait_sleeps", sleeps),
    Check::counted("every_small_program_does_what_a_futex_does", clients::check::<small::Tables>),
];

fn is_shared_and_sent() {
    assert!(impls!(Buckets: Sync), "a table is not `Sync`: no two threads could use it");
    assert!(impls!(Buckets: Send), "a table is not `Send`");
}

/// A table and some words.
type Table = Shared<(Buckets, [AtomicU32; 3])>;

fn table() -> Table {
    Shared::new((Buckets::new(), [const { AtomicU32::new(0) }; 3]))
}

fn differs() {
    sync::model(|| {
        let (buckets, [word, ..]) = &*table();
        buckets.wait(word, 1);
        assert_eq!(buckets.sleeping(word), 0, "sleepers, after the only thread has returned");
        // The lock is free again.
        buckets.wait(word, 1);
    });
}

fn nobody() {
    sync::model(|| {
        let (buckets, [word, ..]) = &*table();
        assert!(
            !buckets.wake_one(word),
            "`wake_one` says that it woke somebody, but there is only one thread"
        );
        assert_eq!(
            buckets.wake_all(word),
            0,
            "threads that `wake_all` says it woke, in a program of one thread"
        );
        assert_eq!(buckets.sleeping(word), 0, "sleepers, in a program of one thread");
    });
}

fn lasts() {
    sync::model(|| {
        let table = table();
        let theirs = table.clone();
        let other = thread::spawn(move || {
            let (buckets, [word, steps, _]) = &*theirs;
            buckets.wait(word, 0);
            // AcqRel: the futex orders nothing; neither operation may move across what wakes the thread.
            assert_eq!(
                steps.fetch_add(1, AcqRel),
                1,
                "`wait` returned although nobody had woken the thread"
            );
        });
        let (buckets, [word, steps, _]) = &*table;
        while buckets.sleeping(word) == 0 {
            thread::yield_now();
        }
        // AcqRel: as above; the wake-up comes after it.
        steps.fetch_add(1, AcqRel);
        assert!(
            buckets.wake_one(word),
            "`wake_one` says that nobody sleeps, but `sleeping` says that somebody does"
        );
        other.join().unwrap();
        assert_eq!(buckets.sleeping(word), 0, "sleepers after the only one was woken");
        assert!(!buckets.wake_one(word), "the thread that was woken is woken once more");
    });
}

fn no_wake_up_is_lost() {
    sync::model(|| {
        let table = table();
        let theirs = table.clone();
        let other = thread::spawn(move || {
            let (buckets, [word, ..]) = &*theirs;
            // Relaxed: nothing is handed over.
            while word.load(Relaxed) == 0 {
                buckets.wait(word, 0);
            }
        });
        let (buckets, [word, ..]) = &*table;
        // Relaxed: as above.
        word.store(1, Relaxed);
        buckets.wake_one(word);
        other.join().unwrap();
    });
}

/// Words that nobody writes, each at the same address in every execution: which of them share a queue may depend on all its bits. They are
/// more than the queues, so some share one.
static WORDS: [AtomicU32; 33] = [const { AtomicU32::new(0) }; 33];

fn one_word() {
    sync::model(|| {
        let buckets = Shared::new(Buckets::new());
        let theirs = buckets.clone();
        let words = &WORDS;
        let other = thread::spawn(move || theirs.wait(&words[32], 0));
        while buckets.sleeping(&words[32]) == 0 {
            thread::yield_now();
        }
        for word in &words[..32] {
            assert_eq!(
                buckets.sleeping(word),
                0,
                "threads that `sleeping` counts on another word than the one on which a thread sleeps"
            );
            assert!(
                !buckets.wake_one(word),
                "`wake_one` woke a thread that sleeps on another word"
            );
            assert_eq!(
                buckets.wake_all(word),
                0,
                "`wake_all` woke a thread that sleeps on another word"
            );
        }
        assert!(buckets.wake_one(&words[32]), "a thread sleeps, but `wake_one` does not find it");
        other.join().unwrap();
    });
}

/// Runs `f` in those executions in which the threads that it starts fall asleep before it looks. The others are given up: the
/// main thread turns for ever, which the model is told to accept.
fn if_asleep_in_time(f: impl Fn(Table) + Send + Sync + 'static) {
    asleep_in_time(sync::Model::new(), f);
}

/// As [`if_asleep_in_time`], in this model.
fn asleep_in_time(model: sync::Model, f: impl Fn(Table) + Send + Sync + 'static) {
    model.waits(|_| Ok(())).check(move || f(table()));
}

/// Gives this execution up unless so many threads sleep on the first word.
fn must_sleep(table: &Table, count: usize) {
    let (buckets, [word, _, never]) = &**table;
    must_sleep_on(buckets, word, count, never);
}

/// As [`must_sleep`], on this word.
fn must_sleep_on(buckets: &Buckets, word: &AtomicU32, count: usize, never: &AtomicU32) {
    if buckets.sleeping(word) < count {
        // Relaxed: nobody writes it.
        while never.load(Relaxed) == 0 {
            hint::spin_loop();
        }
    }
}

/// Sleeps on the first word. By then so many must have been woken before.
fn sleep_in_line(table: &Table, before: u32) {
    let (buckets, [word, woken, _]) = &**table;
    buckets.wait(word, 0);
    // AcqRel: the next is woken only when this thread has ended.
    assert_eq!(
        woken.fetch_add(1, AcqRel),
        before,
        "the place in the queue of a thread that was woken"
    );
}

fn first_in_first_out() {
    if_asleep_in_time(|table| {
        let theirs = table.clone();
        let first = thread::spawn(move || sleep_in_line(&theirs, 0));
        must_sleep(&table, 1);
        let theirs = table.clone();
        let second = thread::spawn(move || sleep_in_line(&theirs, 1));
        must_sleep(&table, 2);
        let (buckets, [word, ..]) = &*table;
        assert!(buckets.wake_one(word), "two threads sleep, but `wake_one` finds none");
        first.join().unwrap();
        assert!(buckets.wake_one(word), "a thread sleeps, but `wake_one` does not find it");
        second.join().unwrap();
    });
}

fn all_are_woken() {
    // Whoever wakes two has not woken all, nor has whoever wakes four; of five, the first executions are enough. What returns for no reason
    // is tried with two.
    for (sleepers, faults, executions) in [(2, 1, u64::MAX), (3, 0, u64::MAX), (5, 0, 100)] {
        asleep_in_time(sync::Model::new().faults(faults).executions(executions), move |table| {
            let sleep = |table: Table| thread::spawn(move || table.0.wait(&table.1[0], 0));
            let mut others = Vec::new();
            for number in 1..=sleepers {
                others.push(sleep(table.clone()));
                must_sleep(&table, number);
            }
            let (buckets, [word, ..]) = &*table;
            assert_eq!(buckets.wake_all(word), sleepers, "threads that `wake_all` says it woke");
            for other in others {
                other.join().unwrap();
            }
            assert_eq!(buckets.sleeping(word), 0, "sleepers after all were woken");
        });
    }
}

/// As [`WORDS`]. The first and the last are so far from each other that both are in one queue, if the lower bits of the address choose it;
/// and those bits alone do not tell the two apart.
static FAR: [AtomicU32; 16_385] = [const { AtomicU32::new(0) }; 16_385];

/// Six threads sleep on one word and then a seventh on another: it is in the queue behind all the others.
fn crowded_queue_stays_in_order() {
    static FOUND: Flag = Flag::new(false);
    // The first execution is the one in which all sleep before the main thread goes on.
    sync::Model::new().faults(0).executions(1_000).main_last().waits(|_| Ok(())).check(|| {
        let shared = Shared::new((Buckets::new(), [const { AtomicU32::new(0) }; 2]));
        let (buckets, [woken, never]) = &*shared;
        let [first, .., second] = &FAR;
        // When they are woken, so many must have been woken before, or more.
        let sleep = |on: &'static AtomicU32, before: RangeInclusive<u32>| {
            let shared = shared.clone();
            thread::spawn(move || {
                let (buckets, [woken, _]) = &*shared;
                buckets.wait(on, 0);
                // AcqRel: whoever was woken one by one before has ended.
                let place = woken.fetch_add(1, AcqRel);
                assert!(
                    before.contains(&place),
                    "a thread was woken at place {place} of the queue, but belongs at {before:?}"
                );
            })
        };
        let mut in_line = Vec::new();
        for before in [1..=1, 2..=2, 3..=6, 3..=6, 3..=6, 3..=6] {
            in_line.push(sleep(first, before));
            must_sleep_on(buckets, first, in_line.len(), never);
        }
        let other = sleep(second, 0..=0);
        must_sleep_on(buckets, second, 1, never);
        // Relaxed: the executions of a model are one after the other.
        FOUND.store(true, Relaxed);

        assert!(buckets.wake_one(second), "a thread sleeps, but `wake_one` does not find it");
        other.join().unwrap();
        assert_eq!(
            buckets.sleeping(first),
            6,
            "sleepers on a word, after another word's was woken"
        );
        for next in in_line.drain(..2) {
            assert!(buckets.wake_one(first), "a thread sleeps, but `wake_one` does not find it");
            next.join().unwrap();
        }
        assert_eq!(buckets.wake_all(first), 4, "threads that `wake_all` says it woke");
        for last in in_line {
            last.join().unwrap();
        }
        // AcqRel: as above.
        assert_eq!(woken.fetch_add(0, AcqRel), 7, "threads that were woken, of seven");
    });
    assert!(
        FOUND.load(Relaxed),
        "six threads sleep on one word and a seventh on another, but `sleeping` never finds them"
    );
}

/// Between two threads that sleep on one word, a third sleeps on another: it is in the middle of the same queue.
fn passed_over() {
    sync::Model::new().faults(0).executions(200).main_last().waits(|_| Ok(())).check(|| {
        let shared = Shared::new((Buckets::new(), AtomicU32::new(0)));
        let (buckets, never) = &*shared;
        let [first, .., second] = &FAR;
        let mut in_line = Vec::new();
        for (on, count) in [(second, 1), (first, 1), (second, 2), (first, 2)] {
            let theirs = shared.clone();
            in_line.push(thread::spawn(move || theirs.0.wait(on, 0)));
            must_sleep_on(buckets, on, count, never);
        }
        assert_eq!(buckets.wake_all(first), 2, "threads that `wake_all` says it woke, of two");
        assert!(buckets.wake_one(second), "a thread sleeps, and `wake_one` does not find it");
        assert_eq!(buckets.wake_all(second), 1, "threads that `wake_all` says it woke, of one");
        for other in in_line {
            other.join().unwrap();
        }
    });
}

/// Objects to the thread that sleeps, if it turns in a loop. The main thread may.
fn only_the_main_thread_turns(turn: &Turn) -> Result<(), String> {
    if turn.thread == 0 {
        return Ok(());
    }
    Err("`wait` keeps the processor busy: it turns in a loop until it is woken".into())
}

fn sleeps() {
    sync::Model::new().waits(only_the_main_thread_turns).check(|| {
        let table = table();
        let theirs = table.clone();
        // Nobody wakes it.
        let _other = thread::spawn(move || theirs.0.wait(&theirs.1[0], 0));
        // Relaxed: nobody writes it.
        while table.1[1].load(Relaxed) == 0 {
            hint::spin_loop();
        }
    });
}
