//! What `ch01_basics/cell_stats` must do.

use super::subject::{Stats, gather};
use super::sync::{
    self,
    atomic::{AtomicUsize, Ordering::Relaxed},
    catch_panic, hint, panic_quietly,
};
use grader::{Check, impls};
use std::cell::RefCell;
use std::sync::Arc;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("stats_may_be_sent_and_never_shared", sent_and_not_shared),
    Check::model("values_are_counted", values_are_counted),
    Check::counted("counting_takes_no_atomic_operation", no_atomics),
    Check::model("for_each_visits_what_is_there_in_order", visits_in_order),
    Check::model("callback_may_use_the_same_stats", callback_may_record),
    Check::model("absorb_adds_what_the_other_has", absorb_adds),
    Check::model("stats_may_absorb_themselves", absorb_itself),
    Check::counted("every_small_program_does_what_stats_do", small_programs),
    Check::model("every_worker_is_counted", every_worker),
    Check::model("worker_sees_only_its_own_values", own_stats),
    Check::model("all_workers_run_at_the_same_time", at_the_same_time),
    Check::model("panic_of_a_worker_reaches_the_caller", panic_is_passed_on),
    Check::model("panic_reaches_the_caller_when_all_workers_have_ended", all_have_ended),
];

fn sent_and_not_shared() {
    assert!(
        impls!(Stats: Send),
        "`Stats` are not `Send`: what a thread has counted could not be handed to another when it ends"
    );
    assert!(
        !impls!(Stats: Sync),
        "`Stats` are `Sync`: two threads could record at once, and both read the sum before either has written it. Cells are \
         for one thread at a time; if you wrote `unsafe impl Sync`, it is not true"
    );
}

fn stats(values: &[u64]) -> Stats {
    let stats = Stats::new();
    for &value in values {
        stats.record(value);
    }
    stats
}

fn values(stats: &Stats) -> Vec<u64> {
    let mut values = Vec::new();
    stats.for_each(|value| values.push(value));
    values
}

fn values_are_counted() {
    sync::model(|| {
        let none = Stats::new();
        assert_eq!((none.count(), none.sum()), (0, 0), "count and sum of no values");
        assert_eq!(none.largest(), None, "no values have no largest one");
        let some = stats(&[2, 9, 4]);
        assert_eq!((some.count(), some.sum()), (3, 15), "count and sum of 2, 9 and 4");
        assert_eq!(some.largest(), Some(9), "the largest of 2, 9 and 4");
        assert_eq!(stats(&[0]).largest(), Some(0), "the largest of the one value 0");
    });
}

fn no_atomics() {
    sync::model(|| {
        let stats = Stats::new();
        let before = sync::counters();
        stats.record(1);
        let sum = stats.sum();
        let after = sync::counters();
        assert_eq!(sum, 1);
        assert_eq!(
            (after.loads, after.stores, after.rmws),
            (before.loads, before.stores, before.rmws),
            "(loads, stores, read-modify-writes), after and before a `record` and a `sum`: there is an atomic or a lock in it. \
             No other thread can reach these `Stats`, so there is nobody to keep out"
        );
    });
}

fn visits_in_order() {
    sync::model(|| {
        assert_eq!(values(&stats(&[2, 9, 4])), [2, 9, 4], "`for_each` after recording 2, 9 and 4");
    });
}

/// What a call did when it returned.
struct Returned;

/// Runs `f`, which has no reason to panic.
#[track_caller]
fn must_return(f: impl FnOnce(), otherwise: &str) {
    let payload = catch_panic(|| {
        f();
        panic_quietly(Returned);
    });
    if !payload.is::<Returned>() {
        let words = payload.downcast_ref::<String>().map(String::as_str);
        let words = words.or(payload.downcast_ref::<&str>().copied()).unwrap_or("no words");
        panic!("{otherwise} ({words})");
    }
}

fn callback_may_record() {
    sync::model(|| {
        let stats = stats(&[2, 9]);
        stats.for_each(|_| {
            assert_eq!(
                (stats.count(), stats.sum(), stats.largest(), values(&stats)),
                (2, 11, Some(9), vec![2, 9]),
                "count, sum, largest and values of 2 and 9, as the function that `for_each` calls finds them: it may use the same \
                 `Stats`"
            );
        });
        let mut visited = Vec::new();
        let visit = |value| {
            visited.push(value);
            if visited.len() < 5 {
                stats.record(value + 1);
            }
        };
        must_return(
            || stats.for_each(visit),
            "the function that `for_each` calls has recorded a value, and that panics: a `RefCell` was still borrowed while \
             foreign code ran",
        );
        assert_eq!(visited, [2, 9], "`for_each` must visit what was there when it was called");
        assert_eq!(values(&stats), [2, 9, 3, 10], "what the callback has recorded is lost");
    });
}

fn absorb_adds() {
    sync::model(|| {
        let (all, other) = (stats(&[2]), stats(&[9, 4]));
        all.absorb(&other);
        assert_eq!(
            (all.count(), all.sum()),
            (3, 15),
            "count and sum of 2, after 9 and 4 were absorbed"
        );
        assert_eq!(all.largest(), Some(9), "the largest of 2, after 9 and 4 were absorbed");
        assert_eq!(values(&all), [2, 9, 4], "the values of 2, after 9 and 4 were absorbed");
        assert_eq!(values(&other), [9, 4], "what is absorbed stays where it was, too");
        all.absorb(&Stats::new());
        assert_eq!(all.largest(), Some(9), "the largest, after nothing was absorbed");
    });
}

fn absorb_itself() {
    sync::model(|| {
        let all = stats(&[2, 9]);
        must_return(
            || all.absorb(&all),
            "`stats.absorb(&stats)` panics: one `RefCell` is borrowed twice, to read and to write. `&self` and `&other` may be \
             the same",
        );
        assert_eq!(
            (all.count(), all.sum()),
            (4, 22),
            "count and sum of 2 and 9, absorbed by themselves"
        );
    });
}

/// What can be done with two `Stats`, `a` and `b`.
#[derive(Clone, Copy)]
enum Op {
    Record(usize, u64),
    Absorb(usize, usize),
    /// `a.for_each`, whose function does this at the first value.
    Visit(&'static Op),
}

const OPS: [Op; 11] = [
    Op::Record(0, 0),
    Op::Record(0, 5),
    Op::Record(1, 7),
    Op::Absorb(0, 0),
    Op::Absorb(0, 1),
    Op::Absorb(1, 0),
    Op::Visit(&Op::Record(0, 9)),
    Op::Visit(&Op::Record(1, 9)),
    Op::Visit(&Op::Absorb(0, 0)),
    Op::Visit(&Op::Absorb(0, 1)),
    Op::Visit(&Op::Absorb(1, 0)),
];

/// Calls of one program.
const CALLS: usize = 3;

impl Op {
    fn text(self) -> String {
        let name = |which: usize| ["a", "b"][which];
        match self {
            Self::Record(which, value) => format!("{}.record({value})", name(which)),
            Self::Absorb(which, other) => format!("{}.absorb(&{})", name(which), name(other)),
            Self::Visit(inner) => {
                format!("a.for_each(|_| {}), at the first value only", inner.text())
            }
        }
    }
}

/// Two `Stats`, and what has been recorded in each.
struct Pair<'a> {
    stats: [Stats; 2],
    recorded: RefCell<[Vec<u64>; 2]>,
    program: &'a str,
}

impl Pair<'_> {
    fn call(&self, op: Op) {
        match op {
            Op::Record(which, value) => {
                self.stats[which].record(value);
                self.recorded.borrow_mut()[which].push(value);
            }
            Op::Absorb(which, other) => {
                self.stats[which].absorb(&self.stats[other]);
                let more = self.recorded.borrow()[other].clone();
                self.recorded.borrow_mut()[which].extend(more);
            }
            Op::Visit(inner) => {
                let there = self.recorded.borrow()[0].clone();
                let mut visited = Vec::new();
                self.stats[0].for_each(|value| {
                    if visited.is_empty() {
                        self.call(*inner);
                    }
                    visited.push(value);
                });
                self.compare("the values that `a.for_each` visits", visited, there);
            }
        }
        for (which, name) in ["a", "b"].into_iter().enumerate() {
            let (stats, recorded) = (&self.stats[which], self.recorded.borrow()[which].clone());
            let largest = recorded.iter().max().copied();
            assert_eq!(
                (stats.count(), stats.sum(), stats.largest()),
                (recorded.len(), recorded.iter().sum(), largest),
                "count, sum and largest of `{name}`, {}",
                self.after()
            );
            self.compare(&format!("the values of `{name}`"), values(stats), recorded);
        }
    }

    /// In which order a value comes that was absorbed, another check asks.
    fn compare(&self, what: &str, mut are: Vec<u64>, mut must_be: Vec<u64>) {
        are.sort_unstable();
        must_be.sort_unstable();
        assert_eq!(are, must_be, "{what}, {}", self.after());
    }

    fn after(&self) -> String {
        format!("after a call, or in the middle of one, of this program: {}", self.program)
    }
}

/// All programs of a few calls, with what has been recorded beside them.
fn small_programs() {
    sync::model(|| {
        let mut programs = vec![Vec::new()];
        for _ in 0..CALLS {
            let longer = |program: &Vec<Op>| OPS.map(|op| [&program[..], &[op]].concat());
            programs = programs.iter().flat_map(longer).collect();
            for ops in &programs {
                let texts: Vec<_> = ops.iter().map(|op| op.text()).collect();
                let program = texts.join("; ");
                let (stats, recorded) = ([Stats::new(), Stats::new()], RefCell::default());
                let pair = Pair { stats, recorded, program: &program };
                for op in ops {
                    pair.call(*op);
                }
            }
        }
    });
}

type Worker<'a> = Box<dyn FnOnce(&Stats) + Send + 'a>;

fn every_worker() {
    sync::model(|| {
        let all = gather(vec![
            Box::new(|stats: &Stats| stats.record(2)) as Worker<'_>,
            Box::new(|stats: &Stats| {
                stats.record(9);
                stats.record(4);
            }),
        ]);
        assert_eq!((all.count(), all.sum()), (3, 15), "one worker recorded 2, the other 9 and 4");
        assert_eq!(all.largest(), Some(9), "one worker recorded 2, the other 9 and 4");
        assert_eq!(gather(Vec::<Worker<'_>>::new()).count(), 0, "no workers, no values");
    });
}

fn own_stats() {
    sync::model(|| {
        let begun = AtomicUsize::new(0);
        let worker = |stats: &Stats| {
            stats.record(1);
            // Relaxed: it is only counted.
            begun.fetch_add(1, Relaxed);
            assert_eq!(
                stats.count(),
                1,
                "a worker has recorded one value, but there are others in its `Stats`"
            );
        };
        assert_eq!(gather(vec![worker, worker]).count(), 2);
    });
}

/// As many threads as a model may have beside its own.
const MANY: usize = 7;

fn at_the_same_time() {
    let model = sync::Model::new().waits(|_| {
        Err("a worker has begun and waits until the other has begun. It never does: it is only started when the first one has \
             ended"
            .into())
    });
    model.check(|| {
        let begun = AtomicUsize::new(0);
        let worker = |stats: &Stats| {
            // Relaxed: it is only counted.
            begun.fetch_add(1, Relaxed);
            while begun.load(Relaxed) < 2 {
                hint::spin_loop();
            }
            stats.record(1);
        };
        assert_eq!(gather(vec![worker, worker]).count(), 2);
    });
    // The first execution tells: seven threads that meet at a lock have more than anybody can wait for.
    let model = sync::Model::new().executions(4_000).waits(|_| {
        Err("seven workers wait until all of them have begun, and one is never started: not all workers run at the same time".into())
    });
    model.check(|| {
        let begun = AtomicUsize::new(0);
        let worker = |stats: &Stats| {
            // Relaxed: it is only counted.
            begun.fetch_add(1, Relaxed);
            while begun.load(Relaxed) < MANY {
                hint::spin_loop();
            }
            stats.record(1);
        };
        let all = gather(vec![worker; MANY]);
        assert_eq!(all.count(), MANY, "each of seven workers has recorded one value");
    });
}

/// Workers borrow what is the caller's: none may go on when the caller does.
fn all_have_ended() {
    for panics in 0..2 {
        sync::model(move || {
            let ended = Arc::new(AtomicUsize::new(0));
            let worker = |number: usize| {
                let ended = ended.clone();
                Box::new(move |_: &Stats| {
                    if number == panics {
                        panic_quietly(7_u32);
                    }
                    // Relaxed: it is only counted.
                    ended.fetch_add(1, Relaxed);
                }) as Worker<'_>
            };
            drop(catch_panic(|| {
                gather(vec![worker(0), worker(1)]);
            }));
            // Relaxed: what has ended is joined, and so it is seen.
            assert_eq!(
                ended.load(Relaxed),
                1,
                "workers that have ended: one of two has panicked, and its panic has reached the caller. The other one must have ended by \
                 then, or it still uses what it has borrowed"
            );
        });
    }
}

fn panic_is_passed_on() {
    sync::model(|| {
        let payload = catch_panic(|| {
            gather(vec![
                Box::new(|stats: &Stats| stats.record(1)) as Worker<'_>,
                Box::new(|_: &Stats| panic_quietly(7_u32)),
            ]);
            panic_quietly(Returned);
        });
        assert!(
            !payload.is::<Returned>(),
            "a worker has panicked, yet `gather` returns: the caller takes part of the result for the whole"
        );
        assert!(
            payload.is::<u32>(),
            "a worker has panicked, but the caller gets a different panic: the payload is lost"
        );
    });
}
